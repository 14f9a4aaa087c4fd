//! The parameters of lists.

use crate::dialects::youhodler::error::Error;
use crate::dialects::youhodler::wire::Status;
use giro_ledger::TransferState;

const SIZE_DEFAULT: usize = 50;
const SIZE_MAX: usize = 200;

/// The parameters of a request. Unknown ones are ignored, and of one that repeats, the last one
/// counts; an empty one counts as absent.
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Those of a query.
    pub fn of(query: Option<&str>) -> Parameters {
        let query = query.unwrap_or_default().as_bytes();
        Parameters(form_urlencoded::parse(query).into_owned().collect())
    }

    /// One of them.
    pub fn find(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().rev().filter(|(found, _)| found == name);
        let (_, value) = named.next()?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// Which page.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn page(&self) -> Result<PageQuery<'_>, Error> {
        let size = match self.find("page_size") {
            None => SIZE_DEFAULT,
            Some(text) => {
                let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
                let size = text.parse().ok().filter(|_| is_plain);
                let size = size.filter(|size| (1..=SIZE_MAX).contains(size));
                let why = format!("is not a number from 1 to {SIZE_MAX}");
                size.ok_or_else(|| Error::invalid("invalid_page_size", "page_size", why))?
            }
        };
        let token = self.find("page_token");
        Ok(PageQuery { size, token })
    }
}

/// Which page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageQuery<'a> {
    /// How many items at most.
    pub size: usize,
    /// Where to go on.
    pub token: Option<&'a str>,
}

/// What was decided about something that has needed approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing yet.
    Pending,
    /// All who had to have agreed.
    Approved,
    /// A checker said no.
    Rejected,
    /// Whoever asked for it has taken it back.
    Cancelled,
    /// Its time was over.
    Expired,
}

impl Decision {
    const ALL: [(&'static str, Decision); 5] = [
        ("pending", Decision::Pending),
        ("approved", Decision::Approved),
        ("rejected", Decision::Rejected),
        ("cancelled", Decision::Cancelled),
        ("expired", Decision::Expired),
    ];

    /// Its spelling; none as long as there is none.
    pub fn name(self) -> Option<&'static str> {
        let mut all = Decision::ALL.into_iter();
        let found = all.find(|(_, decision)| *decision == self);
        let named = found.filter(|(_, decision)| *decision != Decision::Pending);
        named.map(|(name, _)| name)
    }

    /// Reads the parameter `status`.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn parse(text: &str) -> Result<Decision, Error> {
        let found = Decision::ALL.into_iter().find(|(name, _)| *name == text);
        let unknown = || Error::invalid("invalid_status", "status", "is not one of approvals");
        found.map(|(_, decision)| decision).ok_or_else(unknown)
    }

    /// Where transfers of that decision can be in their lives.
    pub fn states(self) -> &'static [TransferState] {
        match self {
            Decision::Pending => &[TransferState::AwaitingApproval],
            Decision::Rejected => &[TransferState::Rejected],
            Decision::Cancelled => &[TransferState::Cancelled],
            Decision::Expired => &[TransferState::Expired],
            Decision::Approved => &[
                TransferState::Scheduled,
                TransferState::Held,
                TransferState::Completed,
                TransferState::Declined,
                TransferState::Cancelled,
                TransferState::Expired,
            ],
        }
    }
}

/// Reads the parameter `status` of a list of transfers.
///
/// # Errors
/// [`Error::Invalid`].
pub fn status(text: &str) -> Result<Status, Error> {
    let found = Status::ALL.into_iter().find(|status| status.name() == text);
    found.ok_or_else(|| Error::invalid("invalid_status", "status", "is not one of operations"))
}
