//! Principals: who there is, and what each may do and move.

use super::actions::asset_id;
use super::{Workload, tag, text};
use crate::model::Model;
use crate::rng::Rng;
use giro_ledger::action::NewPrincipal;
use giro_ledger::{
    Action, Amount, BookId, Capabilities, Capability, Credential, Grant, PrincipalId, Text,
};

impl Workload {
    pub(super) fn add_principal(&mut self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        let all = Capabilities::all_of_a_book();
        let capabilities = match rng.weighted(&[70, 22, 8]) {
            0 => all,
            1 => all
                .iter()
                .filter(|one| *one != Capability::ApprovalsDecide)
                .collect(),
            _ => Capability::ALL.into_iter().collect(),
        };
        Action::AddPrincipal(NewPrincipal {
            book: rng.percent(92).then_some(book),
            name: text(&self.name("someone")),
            email: rng.percent(50).then(|| email(rng)),
            capabilities,
            grant: rng
                .percent(18)
                .then(|| Box::new(self.grant(rng, model, book))),
            credential: Credential::Secret { hash: [7; 32] },
        })
    }

    fn grant(&self, rng: &mut Rng, model: &Model, book: BookId) -> Grant {
        let accounts = (0..rng.weighted(&[30, 20, 30, 20]))
            .map(|_| self.account(rng, model, book))
            .collect();
        let tags = (0..rng.weighted(&[50, 35, 15])).map(|_| tag(rng)).collect();
        let amounts = (0..rng.weighted(&[40, 40, 20]))
            .map(|_| {
                let most = Amount::new(u128::from(rng.between(1, 2_000)));
                (asset_id(rng, model), most.expect("small"))
            })
            .collect();
        Grant {
            accounts,
            tags,
            amounts,
        }
    }

    /// Seldom the last ones of a book, or soon nobody could do anything.
    pub(super) fn revoke(&self, rng: &mut Rng, model: &Model) -> Action {
        let count = u64::try_from(model.books.principals.len()).expect("small");
        let number = rng.below(count.saturating_add(1));
        Action::RevokePrincipal(PrincipalId(u32::try_from(number).expect("small")))
    }
}

/// One of a few, so that principals are the same person.
fn email<const MAX: usize>(rng: &mut Rng) -> Text<MAX> {
    text(&format!("person{}@example.com", rng.below(4)))
}
