//! What a new shard starts with: the known assets, and an operator.

use crate::secret::Secret;
use crate::service::{Service, ServiceError};
use giro_engine::record::SHARD;
use giro_engine::{Command, Origin, Outcome};
use giro_ledger::action::NewPrincipal;
use giro_ledger::text::Text;
use giro_ledger::{Action, Capability, Credential, Event, PrincipalId, asset};

impl Service {
    /// Defines the assets of the catalogue that the shard does not have yet: all of them at the
    /// first start, and later those that a newer version of the program knows.
    ///
    /// # Errors
    /// If the engine cannot.
    pub fn define_catalogue(&self) -> Result<(), ServiceError> {
        let missing = {
            let state = self.read();
            let mut assets = asset::catalogue();
            assets.retain(|asset| state.ledger.asset_by_code(&asset.code).is_none());
            assets
        };
        let replies = missing
            .into_iter()
            .map(|asset| self.engine_does(Action::DefineAsset(asset)));
        for reply in replies.collect::<Result<Vec<_>, _>>()? {
            reply.wait()?;
        }
        Ok(())
    }

    /// Adds an operator if there is none, and returns its API key: the only time that it can be
    /// seen.
    ///
    /// # Errors
    /// If the engine cannot.
    pub fn ensure_operator(&self) -> Result<Option<String>, ServiceError> {
        match self.has_operator() {
            true => Ok(None),
            false => self.add_operator().map(Some),
        }
    }

    /// Whether there is an operator.
    pub fn has_operator(&self) -> bool {
        !self.active_operators().is_empty()
    }

    /// Adds an operator in place of all there are, which are revoked, and returns its API key: the
    /// only time that it can be seen.
    ///
    /// # Errors
    /// If the engine cannot.
    pub fn replace_operators(&self) -> Result<String, ServiceError> {
        let former = self.active_operators();
        let api_key = self.add_operator()?;
        for id in former {
            let revoked = self.engine_does(Action::RevokePrincipal(id))?.wait()?;
            if let Outcome::Rejected(why) = revoked {
                return Err(why.into());
            }
        }
        Ok(api_key)
    }

    fn active_operators(&self) -> Vec<PrincipalId> {
        let state = self.read();
        let all = state.ledger.principals();
        all.filter(|(_, one)| one.book.is_none() && one.revoked_at.is_none())
            .map(|(id, _)| id)
            .collect()
    }

    fn add_operator(&self) -> Result<String, ServiceError> {
        let secret = Secret::draw();
        let new = NewPrincipal {
            book: None,
            name: Text::new("operator").expect("a short plain name"),
            email: None,
            capabilities: [Capability::BooksWrite].into_iter().collect(),
            grant: None,
            credential: Credential::Secret {
                hash: secret.hash(),
            },
        };
        match self.engine_does(Action::AddPrincipal(new))?.wait()? {
            Outcome::Recorded(record) => match record.event {
                Event::PrincipalAdded(id, _) => {
                    Ok(secret.api_key(self.principal_id(&self.read(), id)))
                }
                other => unreachable!("adding a principal led to {other:?}"),
            },
            Outcome::Rejected(why) => Err(why.into()),
            Outcome::Seen(seq) => unreachable!("without a key, but seen at {seq:?}"),
        }
    }

    fn engine_does(
        &self,
        action: Action,
    ) -> Result<giro_engine::Reply<Outcome>, giro_engine::EngineError> {
        let origin = Origin {
            book: SHARD,
            principal: PrincipalId::ENGINE,
            key: None,
        };
        self.engine().submit(Command { origin, action })
    }
}
