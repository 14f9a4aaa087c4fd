//! Filling the sandbox books, as a client would.

use super::plan::{Money, Person, Plan, SeededAccount, with_two_decimals};
use anyhow::{Context, anyhow, bail};
use giro_engine::Record;
use giro_engine::record::SHARD;
use giro_ledger::Setting;
use giro_ledger::action::{BookChange, Holding, NewAccount, NewBook, NewPrincipal};
use giro_ledger::text::{Email, Name, Tag};
use giro_ledger::{
    AccountId, Action, Amount, AssetId, BookId, BookSettings, Capabilities, Capability, Credential,
    Event, Metadata, NewTransfer, PrincipalId, SignedAmount, SystemRole, Tags, TransferKind,
};
use giro_service::secret::Secret;
use giro_service::{Caller, Key, Service, ServiceError};

/// The scope of the keys under which the sandbox is filled, apart from those of all interfaces.
const SCOPE: u8 = u8::MAX;

/// How much is in an account that is funded.
const FUNDS: &str = "10000.00";

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
    pub(super) async fn has_book(&self, of: &str) -> anyhow::Result<bool> {
        let text = format!("{of}/book");
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
    pub(super) async fn book(&self, of: &str) -> anyhow::Result<BookId> {
        let settings = BookSettings {
            vendor_rate_limits: false,
            webhooks_to_loopback: true,
            ..BookSettings::default()
        };
        let open = Action::OpenBook(NewBook {
            name: name(&format!("{of} sandbox"))?,
            sandbox: true,
            settings,
        });
        let key = format!("{of}/book");
        let record = self
            .once(&self.operator, Capability::BooksWrite, &key, open)
            .await?;
        let Event::BookOpened(book, _) = record.event else {
            bail!("the key of book {of} stands for something else");
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
        plans: &[Plan],
    ) -> anyhow::Result<Vec<SeededAccount>> {
        let mut accounts = Vec::new();
        for plan in plans {
            let account = self.account(caller, plan).await?;
            if let Some(strategy) = plan.invested {
                self.invest(caller, (plan.name, account), strategy).await?;
            }
            if plan.money == Money::Funded {
                for (place, code) in plan.assets.iter().enumerate() {
                    // The first one has had its key since there was no other.
                    let key = match place {
                        0 => format!("account/{}/funds", plan.name),
                        _ => format!("account/{}/funds/{code}", plan.name),
                    };
                    self.fund(caller, &key, account, code).await?;
                }
            }
            accounts.push(self.show(account, plan)?);
        }
        Ok(accounts)
    }

    /// An asset of the catalogue, with its decimals.
    pub(super) fn asset(&self, code: &str) -> anyhow::Result<(AssetId, u8)> {
        let state = self.service.read();
        let found = state.ledger.asset_by_code(code);
        let (id, asset) = found.with_context(|| format!("{code} is not in the catalogue"))?;
        Ok((id, asset.decimals))
    }

    async fn account(&self, caller: &Caller, plan: &Plan) -> anyhow::Result<AccountId> {
        let account_name = plan.name;
        let holding = |code: &&str| {
            let overdraft_limit = Amount::default();
            self.asset(code).map(|(asset, _)| Holding {
                asset,
                overdraft_limit,
            })
        };
        let holdings = plan.assets.iter().map(holding);
        let open = Action::OpenAccount(NewAccount {
            name: name(account_name)?,
            alias: None,
            metadata: Metadata::default(),
            tags: tags(plan.tag)?,
            holdings: holdings.collect::<anyhow::Result<_>>()?,
            holds_any_asset: plan.takes_any,
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
        key: &str,
        account: AccountId,
        code: &str,
    ) -> anyhow::Result<()> {
        let (asset, decimals) = self.asset(code)?;
        let external = {
            let state = self.service.read();
            let book = state.ledger.book(caller.book);
            book.context("a sandbox book has vanished")?
                .system_account(SystemRole::External)
        };
        let amount = Amount::parse(FUNDS, decimals).map_err(|error| anyhow!("{error}"))?;
        let kind = TransferKind::Deposit;
        let deposit = NewTransfer::simple(kind, external, account, asset, amount);
        let deposit = Action::Transfer(deposit);
        self.once(caller, Capability::FundsWrite, key, deposit)
            .await?;
        Ok(())
    }

    fn show(&self, id: AccountId, plan: &Plan) -> anyhow::Result<SeededAccount> {
        let mut balances = Vec::new();
        for code in plan.assets {
            let (asset, decimals) = self.asset(code)?;
            let available = self.available(id, asset)?.display(decimals).to_string();
            balances.push(((*code).to_owned(), with_two_decimals(&available).to_owned()));
        }
        let state = self.service.read();
        let account = state.ledger.account(id);
        let account = account.context("a sandbox account has vanished")?;
        Ok(SeededAccount {
            id: self.service.account_id(&state, id).to_string(),
            name: account.profile.name.to_string(),
            balances,
        })
    }

    /// What is available in an account, what is invested of it included.
    fn available(&self, id: AccountId, asset: AssetId) -> anyhow::Result<SignedAmount> {
        let now = self.service.now();
        let state = self.service.read();
        let account = state.ledger.account(id);
        let account = account.context("a sandbox account has vanished")?;
        let line = account.line(asset).and_then(|line| state.ledger.line(line));
        let available = line.and_then(|line| state.ledger.available_shown(line, now));
        Ok(available.unwrap_or_default())
    }

    /// Does something, unless it was done under this key before, perhaps by an older version
    /// that asked for something a little different.
    pub(super) async fn once(
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

fn tags(tag: Option<&str>) -> anyhow::Result<Tags> {
    let tags = tag.map(Tag::new).into_iter().collect::<Result<_, _>>();
    let tags = tags.with_context(|| format!("{tag:?} is no tag"))?;
    Tags::new(tags).context("one tag is not too many")
}

pub(super) fn name(text: &str) -> anyhow::Result<Name> {
    Name::new(text).with_context(|| format!("{text:?} is not a name"))
}
