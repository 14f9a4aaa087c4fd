//! The words of one line of a table.

use std::iter::Peekable;
use std::str::SplitWhitespace;

/// What is left of a line, and where it is from.
pub(super) struct Words<'a> {
    number: usize,
    line: &'a str,
    rest: Peekable<SplitWhitespace<'a>>,
}

impl<'a> Words<'a> {
    pub(super) fn new(number: usize, line: &'a str) -> Words<'a> {
        let rest = line.split_whitespace().peekable();
        Words { number, line, rest }
    }

    pub(super) fn fail(&self, why: &str) -> ! {
        panic!("line {}: {why}: `{}`", self.number, self.line)
    }

    /// The next word, which must be there.
    pub(super) fn next(&mut self, what: &str) -> &'a str {
        match self.rest.next() {
            Some(word) => word,
            None => self.fail(&format!("{what} is missing")),
        }
    }

    /// Takes the next word if it is `word`.
    pub(super) fn take_if(&mut self, word: &str) -> bool {
        self.rest.next_if_eq(&word).is_some()
    }

    /// Whether the next word is `word`.
    pub(super) fn is_next(&mut self, word: &str) -> bool {
        self.rest.peek() == Some(&word)
    }

    /// Takes the next word if it is of the wanted form.
    pub(super) fn take_if_some<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let value = read(self.rest.peek()?)?;
        self.rest.next();
        Some(value)
    }

    pub(super) fn number(&mut self, what: &str) -> u32 {
        let word = self.next(what);
        match word.parse() {
            Ok(number) => number,
            Err(_) => self.fail(&format!("{word:?} is not {what}")),
        }
    }

    /// All the words that are left.
    pub(super) fn rest(&mut self) -> String {
        self.rest.by_ref().collect::<Vec<_>>().join(" ")
    }

    pub(super) fn is_at_end(&mut self) -> bool {
        self.rest.peek().is_none()
    }

    pub(super) fn end(&mut self) {
        if let Some(word) = self.rest.next() {
            self.fail(&format!("{word:?} is too much"));
        }
    }

    pub(super) fn assert_eq(&self, found: &str, wanted: &str) {
        if found != wanted {
            self.fail(&format!("found {found}, wanted {wanted}"));
        }
    }
}
