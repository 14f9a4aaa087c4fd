//! What a webhook is yet to be told: numbers of records, a bounded number of them.

use giro_engine::Seq;
use parking_lot::Mutex;
use std::collections::VecDeque;
use tokio::sync::Notify;

/// The most numbers that wait. Who has more to be told reads the log again.
pub(super) const MAX: usize = 10_000;

/// The records of a book that its webhook has not been told of yet.
#[derive(Debug)]
pub(super) struct Inbox {
    content: Mutex<Content>,
    /// There is something new, or the webhook was changed.
    pub(super) woken: Notify,
}

#[derive(Debug)]
struct Content {
    waiting: VecDeque<Seq>,
    /// Every record before this one has been put in, unless it is of another book.
    seen: Seq,
}

impl Inbox {
    pub(super) fn new(seen: Seq) -> Inbox {
        let waiting = VecDeque::new();
        Inbox {
            content: Mutex::new(Content { waiting, seen }),
            woken: Notify::new(),
        }
    }

    /// Puts in the records of a stretch of the log, unless something before that is missing or
    /// there is no room: then whoever empties the inbox reads the log from where it is.
    pub(super) fn put(&self, stretch: (Seq, Seq), records: &[Seq]) {
        let mut content = self.content.lock();
        let room = MAX.saturating_sub(content.waiting.len());
        if content.seen == stretch.0 && records.len() <= room {
            content.waiting.extend(records);
            content.seen = stretch.1;
        }
        drop(content);
        if !records.is_empty() {
            self.woken.notify_one();
        }
    }

    /// The next record.
    pub(super) fn take(&self) -> Option<Seq> {
        self.content.lock().waiting.pop_front()
    }

    /// Puts in what was read from the log because it was missing, unless it has come meanwhile.
    pub(super) fn fill(&self, stretch: (Seq, Seq), records: Vec<Seq>) {
        let mut content = self.content.lock();
        if content.seen == stretch.0 {
            content.waiting.extend(records);
            content.seen = stretch.1;
        }
    }

    /// Where the log is to be read on from, if the inbox is empty.
    pub(super) fn missing_from(&self) -> Option<Seq> {
        let content = self.content.lock();
        content.waiting.is_empty().then_some(content.seen)
    }

    /// The first record that may not have been taken yet.
    pub(super) fn next(&self) -> Seq {
        let content = self.content.lock();
        content.waiting.front().copied().unwrap_or(content.seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(inbox: &Inbox) -> Vec<u64> {
        std::iter::from_fn(|| inbox.take())
            .map(|seq| seq.0)
            .collect()
    }

    #[test]
    fn what_follows_is_put_in_and_what_does_not_is_left_to_be_read() {
        let inbox = Inbox::new(Seq(5));
        inbox.put((Seq(5), Seq(10)), &[Seq(6), Seq(9)]);
        inbox.put((Seq(12), Seq(15)), &[Seq(13)]);
        assert_eq!(inbox.next(), Seq(6));
        assert_eq!(taken(&inbox), [6, 9]);
        assert_eq!(inbox.missing_from(), Some(Seq(10)));
        inbox.put((Seq(10), Seq(15)), &[Seq(13)]);
        assert_eq!(inbox.missing_from(), None);
        assert_eq!(taken(&inbox), [13]);
    }

    #[test]
    fn what_comes_while_it_is_read_from_the_log_is_there_once() {
        let inbox = Inbox::new(Seq(5));
        inbox.put((Seq(5), Seq(8)), &[Seq(6)]);
        inbox.fill((Seq(5), Seq(8)), vec![Seq(6)]);
        inbox.put((Seq(8), Seq(10)), &[Seq(9)]);
        assert_eq!(taken(&inbox), [6, 9]);
        inbox.fill((Seq(10), Seq(12)), vec![Seq(11)]);
        inbox.put((Seq(10), Seq(13)), &[Seq(11), Seq(12)]);
        assert_eq!(taken(&inbox), [11]);
        assert_eq!(inbox.missing_from(), Some(Seq(12)));
    }

    #[test]
    fn a_full_inbox_takes_nothing_more() {
        let inbox = Inbox::new(Seq(1));
        let many: Vec<Seq> = (1..=10_000).map(Seq).collect();
        inbox.put((Seq(1), Seq(10_001)), &many);
        inbox.put((Seq(10_001), Seq(10_003)), &[Seq(10_001)]);
        assert_eq!(taken(&inbox).len(), MAX);
        assert_eq!(inbox.missing_from(), Some(Seq(10_001)));
    }
}
