//! Filling the sandbox books, as a client would.

use anyhow::{Context, anyhow, bail};
use giro_engine::Record;
use giro_engine::record::SHARD;
use giro_ledger::Setting;
use giro_ledger::action::{BookChange, Holding, NewAccount, NewBook, NewPrincipal};
use giro_ledger::text::{Email, Name};
use giro_ledger::{
    AccountId, Action, Amount, AssetId, BookId, BookSettings, Capabilities, Capability, Credential,
    Event, Metadata, NewTransfer, PrincipalId, SystemRole, Tags, TransferKind,
};
use giro_service::secret::Secret;
use giro_service::{Caller, Key, Service, ServiceError};

/// The scope of the keys under which the sandbox is filled, apart from those of all interfaces.
const SCOPE: u8 = u8::MAX;

/// A sandbox book as it is meant to be.
pub(super) struct Sandbox {
    pub(super) name: &'static str,
    /// Name, asset, and whether there is money in it.
    pub(super) accounts: &'static [(&'static str, &'static str, Money)],
}

/// How much is in an account at first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Money {
    /// 10000.00.
    Funded,
    /// Nothing.
    None,
}

const FUNDS: &str = "10000.00";

/// Whose key it is.
pub(super) struct Person {
    pub(super) name: &'static str,
    /// Keys of one address are one person: what one asks for, the other cannot approve.
    pub(super) email: Option<&'static str>,
}

/// An account of a sandbox book, as it is now.
pub(super) struct SeededAccount {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) asset: String,
    pub(super) available: String,
}

/// Makes what is missing, and finds what is there.
pub(super) struct Seeder<'a> {
    pub(super) service: &'a Service,
    operator: Caller,
    vendor_rate_limits: bool,
}

impl<'a> Seeder<'a> {
    pub(super) fn new(service: &'a Service, operator: Caller, vendor_rate_limits: bool) -> Self {
        Seeder {
            service,
            operator,
            vendor_rate_limits,
        }
    }

    /// Whether the book has been opened before.
    pub(super) async fn has_book(&self, sandbox: &Sandbox) -> anyhow::Result<bool> {
        let text = format!("{}/book", sandbox.name);
        let key = Key {
            scope: SCOPE,
            text: &text,
        };
        let found = self.service.find_by_key(SHARD, key).await;
        Ok(found
            .context("cannot look for the sandbox books")?
            .is_some())
    }

    /// The book, with the rate limits as they are wanted this time.
    pub(super) async fn book(&self, sandbox: &Sandbox) -> anyhow::Result<BookId> {
        let settings = BookSettings {
            vendor_rate_limits: false,
            webhooks_to_loopback: true,
            ..BookSettings::default()
        };
        let open = Action::OpenBook(NewBook {
            name: name(&format!("{} sandbox", sandbox.name))?,
            sandbox: true,
            settings,
        });
        let key = format!("{}/book", sandbox.name);
        let record = self
            .once(&self.operator, Capability::BooksWrite, &key, open)
            .await?;
        let Event::BookOpened(book, _) = record.event else {
            bail!("the key of book {} stands for something else", sandbox.name);
        };
        self.set_rate_limits(book).await?;
        Ok(book)
    }

    async fn set_rate_limits(&self, book: BookId) -> anyhow::Result<()> {
        let is_limited = self
            .service
            .read()
            .ledger
            .book(book)
            .map(|book| book.settings.vendor_rate_limits);
        if is_limited.context("a sandbox book has vanished")? == self.vendor_rate_limits {
            return Ok(());
        }
        let change = BookChange {
            name: None,
            settings: vec![Setting::VendorRateLimits(self.vendor_rate_limits)],
        };
        let owner = Caller {
            book,
            capabilities: Capabilities::all_of_a_book(),
            ..self.operator
        };
        let key = fresh_key();
        self.once(
            &owner,
            Capability::BookWrite,
            &key,
            Action::ChangeBook(change),
        )
        .await?;
        Ok(())
    }

    /// The former API key if it still is one of the book that may do everything and belongs to
    /// that person, else a new one.
    pub(super) async fn api_key(
        &self,
        book: BookId,
        who: &Person,
        former: Option<&str>,
    ) -> anyhow::Result<String> {
        let all = Capabilities::all_of_a_book();
        if let Some(former) = former.filter(|key| self.is_valid(key, book, who)) {
            return Ok(former.to_owned());
        }
        let secret = Secret::draw();
        let hash = secret.hash();
        let id = self
            .principal(book, who, all, Credential::Secret { hash })
            .await?;
        let state = self.service.read();
        Ok(secret.api_key(self.service.principal_id(&state, id)))
    }

    /// Whether a key is one of the book as it would be made today: one of an older version can
    /// lack what was added since.
    fn is_valid(&self, key: &str, book: BookId, who: &Person) -> bool {
        let Ok(caller) = self.service.authenticate_key(key) else {
            return false;
        };
        let state = self.service.read();
        let Some(principal) = state.ledger.principal(caller.principal) else {
            return false;
        };
        let email = principal.email.as_ref().map(|email| email.as_str());
        let may_everything = caller.capabilities.includes(Capabilities::all_of_a_book());
        caller.book == book && may_everything && email == who.email
    }

    /// A new principal of the book.
    pub(super) async fn principal(
        &self,
        book: BookId,
        who: &Person,
        capabilities: Capabilities,
        credential: Credential,
    ) -> anyhow::Result<PrincipalId> {
        let add = Action::AddPrincipal(NewPrincipal {
            book: Some(book),
            name: name(who.name)?,
            email: who.email.map(email).transpose()?,
            capabilities,
            grant: None,
            credential,
        });
        let record = self
            .once(&self.operator, Capability::BooksWrite, &fresh_key(), add)
            .await?;
        match record.event {
            Event::PrincipalAdded(id, _) => Ok(id),
            _ => bail!("adding a principal led to something else"),
        }
    }

    /// Whoever has this key.
    pub(super) fn caller(&self, api_key: &str) -> anyhow::Result<Caller> {
        let caller = self.service.authenticate_key(api_key);
        caller.context("a key that was just made is not known")
    }

    /// The public id of a book.
    pub(super) fn book_id(&self, book: BookId) -> String {
        let state = self.service.read();
        self.service.book_id(&state, book).to_string()
    }

    /// The accounts of a sandbox book, with their money.
    pub(super) async fn accounts(
        &self,
        caller: &Caller,
        sandbox: &Sandbox,
    ) -> anyhow::Result<Vec<SeededAccount>> {
        let mut accounts = Vec::new();
        for &(account_name, code, money) in sandbox.accounts {
            let (asset, decimals) = self.asset(code)?;
            let account = self.account(caller, account_name, asset).await?;
            if money == Money::Funded {
                self.fund(caller, account_name, account, asset, decimals)
                    .await?;
            }
            accounts.push(self.show(account, asset, decimals, code)?);
        }
        Ok(accounts)
    }

    fn asset(&self, code: &str) -> anyhow::Result<(AssetId, u8)> {
        let state = self.service.read();
        let found = state.ledger.asset_by_code(code);
        let (id, asset) = found.with_context(|| format!("{code} is not in the catalogue"))?;
        Ok((id, asset.decimals))
    }

    async fn account(
        &self,
        caller: &Caller,
        account_name: &str,
        asset: AssetId,
    ) -> anyhow::Result<AccountId> {
        let open = Action::OpenAccount(NewAccount {
            name: name(account_name)?,
            alias: None,
            metadata: Metadata::default(),
            tags: Tags::default(),
            holdings: vec![Holding {
                asset,
                overdraft_limit: Amount::default(),
            }],
            holds_any_asset: false,
        });
        let key = format!("account/{account_name}");
        let record = self
            .once(caller, Capability::AccountsWrite, &key, open)
            .await?;
        match record.event {
            Event::AccountOpened(id, _) => Ok(id),
            _ => bail!("the key of account {account_name} stands for something else"),
        }
    }

    async fn fund(
        &self,
        caller: &Caller,
        account_name: &str,
        account: AccountId,
        asset: AssetId,
        decimals: u8,
    ) -> anyhow::Result<()> {
        let external = {
            let state = self.service.read();
            let book = state.ledger.book(caller.book);
            book.context("a sandbox book has vanished")?
                .system_account(SystemRole::External)
        };
        let amount = Amount::parse(FUNDS, decimals).map_err(|error| anyhow!("{error}"))?;
        let kind = TransferKind::Deposit;
        let deposit = NewTransfer::simple(kind, external, account, asset, amount);
        let key = format!("account/{account_name}/funds");
        self.once(
            caller,
            Capability::FundsWrite,
            &key,
            Action::Transfer(deposit),
        )
        .await?;
        Ok(())
    }

    fn show(
        &self,
        id: AccountId,
        asset: AssetId,
        decimals: u8,
        code: &str,
    ) -> anyhow::Result<SeededAccount> {
        let state = self.service.read();
        let account = state.ledger.account(id);
        let account = account.context("a sandbox account has vanished")?;
        let line = account.line(asset).and_then(|line| state.ledger.line(line));
        let available = line.and_then(|line| line.available()).unwrap_or_default();
        Ok(SeededAccount {
            id: self.service.account_id(&state, id).to_string(),
            name: account.profile.name.to_string(),
            asset: code.to_owned(),
            available: available.display(decimals).to_string(),
        })
    }

    /// Does something, unless it was done under this key before, perhaps by an older version
    /// that asked for something a little different.
    async fn once(
        &self,
        caller: &Caller,
        capability: Capability,
        key: &str,
        action: Action,
    ) -> anyhow::Result<Record> {
        let request_key = Key {
            scope: SCOPE,
            text: key,
        };
        let done = self
            .service
            .execute(caller, capability, request_key, action)
            .await;
        match done {
            Ok(done) => Ok(done.record),
            Err(ServiceError::KeyConflict { first }) => Ok(*first),
            Err(error) => {
                Err(anyhow!(error).context(format!("cannot fill the sandbox books ({key})")))
            }
        }
    }
}

fn fresh_key() -> String {
    uuid::Uuid::new_v4().to_string()
}

fn email(text: &str) -> anyhow::Result<Email> {
    Email::new(text).with_context(|| format!("{text:?} is no e-mail address"))
}

fn name(text: &str) -> anyhow::Result<Name> {
    Name::new(text).with_context(|| format!("{text:?} is not a name"))
}
