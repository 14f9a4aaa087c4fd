//! One entity's set of accounts, isolated from every other, and its settings.

use crate::text::{Name, Reason};
use crate::{AccountId, FeeId, LimitId, PolicyId, PrincipalId, SystemRole, Timestamp};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// The dense number of a book in its shard, given in the order of opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BookId(pub u32);

/// When securities trades settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Settlement {
    /// On the next business day.
    NextBusinessDay,
    /// At once.
    Instant,
}

/// What one book decides for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookSettings {
    /// How long a quote lives.
    pub quote_ttl_seconds: u32,
    /// When securities trades settle.
    pub settlement: Settlement,
    /// Whether the vendors' published rate limits apply on their interfaces.
    pub vendor_rate_limits: bool,
    /// Whether webhooks may go to loopback addresses over plain HTTP.
    pub webhooks_to_loopback: bool,
    /// How long a hold lives that does not say it itself.
    pub hold_ttl_seconds: u32,
    /// Whether webhooks may go to private addresses.
    pub webhooks_to_private: bool,
    /// Whether vendors' interfaces that answer errors with status 200 use the real status.
    pub vendor_http_statuses: bool,
    /// Whether tokens of vendors' interfaces are only good for the address they were given to,
    /// where the vendor has that.
    pub vendor_tokens_bound_to_ip: bool,
    /// The addresses that vendors' interfaces can be used from, where the vendor has such a list;
    /// any if there are none.
    pub vendor_ip_allow_list: Vec<IpNet>,
}

impl BookSettings {
    /// The longest life of a quote: a day.
    pub const MAX_QUOTE_TTL_SECONDS: u32 = 86_400;
    /// The longest life of a hold: a year.
    pub const MAX_HOLD_TTL_SECONDS: u32 = 366 * 86_400;
    /// The most ranges of addresses.
    pub const MAX_IP_RANGES: usize = 100;
}

impl BookSettings {
    /// These settings with some of them changed, one after the other.
    pub fn with(mut self, changes: &[Setting]) -> BookSettings {
        for change in changes {
            match *change {
                Setting::QuoteTtlSeconds(seconds) => self.quote_ttl_seconds = seconds,
                Setting::Settlement(settlement) => self.settlement = settlement,
                Setting::VendorRateLimits(on) => self.vendor_rate_limits = on,
                Setting::WebhooksToLoopback(on) => self.webhooks_to_loopback = on,
                Setting::HoldTtlSeconds(seconds) => self.hold_ttl_seconds = seconds,
                Setting::WebhooksToPrivate(on) => self.webhooks_to_private = on,
                Setting::VendorHttpStatuses(on) => self.vendor_http_statuses = on,
                Setting::VendorTokensBoundToIp(on) => self.vendor_tokens_bound_to_ip = on,
                Setting::VendorIpAllowList(ref ranges) => {
                    self.vendor_ip_allow_list.clone_from(ranges);
                }
            }
        }
        self
    }
}

/// A new value of one setting: what is not named stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Setting {
    /// See [`BookSettings::quote_ttl_seconds`].
    QuoteTtlSeconds(u32),
    /// See [`BookSettings::settlement`].
    Settlement(Settlement),
    /// See [`BookSettings::vendor_rate_limits`].
    VendorRateLimits(bool),
    /// See [`BookSettings::webhooks_to_loopback`].
    WebhooksToLoopback(bool),
    /// See [`BookSettings::hold_ttl_seconds`].
    HoldTtlSeconds(u32),
    /// See [`BookSettings::webhooks_to_private`].
    WebhooksToPrivate(bool),
    /// See [`BookSettings::vendor_http_statuses`].
    VendorHttpStatuses(bool),
    /// See [`BookSettings::vendor_tokens_bound_to_ip`].
    VendorTokensBoundToIp(bool),
    /// See [`BookSettings::vendor_ip_allow_list`].
    VendorIpAllowList(Vec<IpNet>),
}

impl Default for BookSettings {
    fn default() -> BookSettings {
        BookSettings {
            quote_ttl_seconds: 300,
            settlement: Settlement::NextBusinessDay,
            vendor_rate_limits: true,
            webhooks_to_loopback: false,
            hold_ttl_seconds: 7 * 86_400,
            webhooks_to_private: false,
            vendor_http_statuses: false,
            vendor_tokens_bound_to_ip: false,
            vendor_ip_allow_list: Vec::new(),
        }
    }
}

/// A book-wide stop: no money moves until the book is resumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Why.
    pub reason: Option<Reason>,
    /// Since when.
    pub at: Timestamp,
    /// Who stopped it.
    pub by: PrincipalId,
}

/// One entity's set of accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// The entity's name.
    pub name: Name,
    /// Whether it is for trying things out: money can be made from nothing.
    pub sandbox: bool,
    /// What it decides for itself.
    pub settings: BookSettings,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Its first system account; the others follow in the order of [`SystemRole::ALL`].
    pub first_system_account: AccountId,
    /// Whether all its money is stopped.
    pub stop: Option<Stop>,
    /// Its principals, in the order of their numbers, revoked ones included.
    pub principals: Vec<PrincipalId>,
    /// Its approval policies in force, in the order in which they are asked.
    pub policies: Vec<PolicyId>,
    /// Its limits in force, in the order in which they are asked.
    pub limits: Vec<LimitId>,
    /// Its fee rules in force, in the order in which they are asked.
    pub fees: Vec<FeeId>,
    /// Whether it has instruments: then its accounts can keep their money in them.
    pub has_instruments: bool,
}

impl Book {
    /// The book's own account for `role`.
    pub fn system_account(&self, role: SystemRole) -> AccountId {
        let place = match role {
            SystemRole::External => 0,
            SystemRole::Fees => 1,
            SystemRole::Fx => 2,
            SystemRole::House => 3,
        };
        AccountId(self.first_system_account.0.saturating_add(place))
    }
}
