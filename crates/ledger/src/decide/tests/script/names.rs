//! Books, accounts, assets and amounts as a table writes them.

use super::*;
use crate::text::{Name, Tags};
use crate::{Metadata, Tag};

/// Money that an account begins with.
type Money = Vec<(AssetId, Amount)>;

const NOBODY: AccountId = AccountId(u32::MAX);

impl World {
    pub(super) fn book_named(&self, words: &Words<'_>, name: &str) -> BookId {
        let nowhere = (name == "nowhere").then_some(BookId(999));
        match nowhere.or_else(|| self.books.get(name).copied()) {
            Some(book) => book,
            None => words.fail(&format!("{name:?} is not a book")),
        }
    }

    pub(super) fn system_account(&self, book: BookId, role: SystemRole) -> AccountId {
        let book = self.ledger.book(book);
        book.map_or(NOBODY, |book| book.system_account(role))
    }

    pub(super) fn account_or_nobody(&self, words: &mut Words<'_>) -> AccountId {
        let name = words.next("an account");
        self.account_of_name(words, name)
    }

    pub(super) fn account_named(&self, words: &mut Words<'_>) -> (AccountId, &Account) {
        let id = self.account_or_nobody(words);
        match self.ledger.account(id) {
            Some(account) => (id, account),
            None => words.fail("nobody has nothing"),
        }
    }

    pub(super) fn account_of_name(&self, words: &Words<'_>, name: &str) -> AccountId {
        if name == "nobody" {
            return NOBODY;
        }
        if let Some(account) = self.accounts.get(name) {
            return *account;
        }
        let (book, role) = match name.split_once('/') {
            Some((book, role)) => (self.book_named(words, book), role),
            None => (self.book, name),
        };
        let mut roles = SystemRole::ALL.into_iter();
        match roles.find(|known| known.name() == role) {
            Some(role) => self.system_account(book, role),
            None => words.fail(&format!("{name:?} is not an account")),
        }
    }

    pub(super) fn asset_of_name(&self, words: &mut Words<'_>) -> (AssetId, u8) {
        let code = words.next("an asset");
        self.asset_named(words, code)
    }

    fn asset_named(&self, words: &Words<'_>, code: &str) -> (AssetId, u8) {
        match self.ledger.asset_by_code(code) {
            Some((id, asset)) => (id, asset.decimals),
            None if code == "NOTHING" => (AssetId(999), 2),
            None => words.fail(&format!("{code:?} is not an asset")),
        }
    }

    pub(super) fn asset_and_amount(&self, words: &mut Words<'_>) -> (AssetId, Amount) {
        let (asset, decimals) = self.asset_of_name(words);
        (asset, amount(words, decimals))
    }

    /// `alice 1.00` of an account with one asset, `alice USD 1.00` of one with more.
    pub(super) fn line_and_text<'a>(&self, words: &mut Words<'a>) -> (Option<LineId>, u8, &'a str) {
        let (_, account) = self.account_named(words);
        let word = words.next("an amount");
        if !words.is_at_end() {
            let (asset, decimals) = self.asset_named(words, word);
            return (account.line(asset), decimals, words.next("an amount"));
        }
        match account.lines.as_slice() {
            [(asset, line)] => {
                let asset = self.ledger.asset(*asset).expect("held");
                (Some(*line), asset.decimals, word)
            }
            _ => words.fail("which of its assets?"),
        }
    }

    /// Holdings (`USD 1.00 overdraft 5.00`), then `any`, then `alias x`, then `tags x y`.
    pub(super) fn new_account(&self, words: &mut Words<'_>, name: &str) -> (NewAccount, Money) {
        let mut money = Money::new();
        let mut holdings = Vec::new();
        while let Some(code) = take_code(words) {
            let (asset, decimals) = self.asset_named(words, &code);
            money.push((asset, amount(words, decimals)));
            let has_overdraft = words.take_if("overdraft");
            let overdraft_limit = has_overdraft.then(|| amount(words, decimals));
            holdings.push(Holding {
                asset,
                overdraft_limit: overdraft_limit.unwrap_or(Amount::ZERO),
            });
        }
        let holds_any_asset = words.take_if("any");
        let new = NewAccount {
            name: Name::new(name).expect("a name"),
            alias: words.take_if("alias").then(|| alias(words)),
            metadata: Metadata::default(),
            tags: take_tags(words).unwrap_or_default(),
            holdings,
            holds_any_asset,
        };
        (new, money)
    }

    /// `change alice`, then `if-of` an instant, then `no-alias` or `alias x`, then `tags x y` or
    /// `no-tags`, then overdraft limits: `USD 5.00`.
    pub(super) fn account_change(&self, words: &mut Words<'_>) -> AccountChange {
        let account = self.account_or_nobody(words);
        let is_conditional = words.take_if("if-of");
        let only_if_updated_at = is_conditional.then(|| time::take_instant(words));
        let new_alias = if words.take_if("no-alias") {
            Some(None)
        } else {
            words.take_if("alias").then(|| Some(alias(words)))
        };
        let tags = match words.take_if("no-tags") {
            true => Some(Tags::default()),
            false => take_tags(words),
        };
        let mut holdings = Vec::new();
        while !words.is_at_end() {
            let (asset, overdraft_limit) = self.asset_and_amount(words);
            holdings.push(Holding {
                asset,
                overdraft_limit,
            });
        }
        AccountChange {
            account,
            name: None,
            alias: new_alias,
            metadata: None,
            tags,
            holdings,
            only_if_updated_at,
        }
    }
}

/// Tags are words in small letters that say nothing else.
fn take_tags(words: &mut Words<'_>) -> Option<Tags> {
    if !words.take_if("tags") {
        return None;
    }
    let is_tag = |word: &str| {
        let is_small = word.bytes().all(|b| b.is_ascii_lowercase());
        is_small && !["frozen", "closed"].contains(&word)
    };
    let mut tags = Vec::new();
    while let Some(word) = words.take_if_some(|word| is_tag(word).then(|| word.to_owned())) {
        tags.push(Tag::new(word).expect("a tag"));
    }
    match Tags::new(tags) {
        Some(tags) => Some(tags),
        None => words.fail("the tags repeat themselves"),
    }
}

fn take_code(words: &mut Words<'_>) -> Option<String> {
    let is_code = |word: &str| word.bytes().all(|b| b.is_ascii_uppercase());
    words.take_if_some(|word| is_code(word).then(|| word.to_owned()))
}

pub(super) fn alias(words: &mut Words<'_>) -> Alias {
    Alias::new(words.next("an alias")).expect("an alias")
}

pub(super) fn amount(words: &mut Words<'_>, decimals: u8) -> Amount {
    match words.next("an amount") {
        "max" => Amount::MAX,
        text => match Amount::parse(text, decimals) {
            Ok(amount) => amount,
            Err(why) => words.fail(&format!("{text:?} {why}")),
        },
    }
}
