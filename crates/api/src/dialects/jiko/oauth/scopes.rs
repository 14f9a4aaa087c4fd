//! Scopes by their names, and what comes of those that are asked for.

use super::Refused;
use crate::dialects::jiko::auth::Scope;
use giro_ledger::Capabilities;

/// The scopes that say who a person is.
const IDENTITY: [&str; 4] = ["openid", "profile", "email", "phone"];
/// Those of the vendor for which there is no call here: they can be asked for, and are not given.
const NOT_SERVED: [&str; 12] = [
    "agreements.read",
    "approval_rules.read",
    "approval_rules.write",
    "customer.read",
    "customer.write",
    "notifications.read",
    "notifications.write",
    "offline_access",
    "reports.read",
    "reports.write",
    "team.read",
    "team.write",
];

/// The scopes that can be given.
pub const KNOWN_SCOPES: [&str; 11] = [
    "openid",
    "profile",
    "email",
    Scope::PocketsRead.name(),
    Scope::PocketsWrite.name(),
    Scope::TransfersRead.name(),
    Scope::TransfersWrite.name(),
    Scope::AuthorizationRequestsRead.name(),
    Scope::AuthorizationRequestsWrite.name(),
    Scope::SubscriptionsRead.name(),
    Scope::SubscriptionsWrite.name(),
];

/// The scopes that a request asks for, all of them known; `None` asks for all there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked(Option<Vec<String>>);

/// What is given of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// What a token may do.
    pub capabilities: Capabilities,
    /// Their names, to be told if they are not what was asked for.
    pub told: Option<String>,
}

impl Asked {
    /// Reads the value of the parameter `scope`.
    ///
    /// # Errors
    /// [`Refused`] with `invalid_scope` if one is not known.
    pub fn read(scope: Option<&str>) -> Result<Asked, Refused> {
        let Some(scope) = scope else {
            return Ok(Asked(None));
        };
        let mut names: Vec<String> = Vec::new();
        for name in scope.split(' ').filter(|name| !name.is_empty()) {
            let is_known = Scope::ALL.iter().any(|one| one.name() == name)
                || IDENTITY.contains(&name)
                || NOT_SERVED.contains(&name);
            if !is_known {
                return Err(Refused::scope("a scope is not known here"));
            }
            if !names.iter().any(|one| one == name) {
                names.push(name.to_owned());
            }
        }
        Ok(Asked((!names.is_empty()).then_some(names)))
    }

    /// Whether this one is asked for by its name.
    pub fn names(&self, name: &str) -> bool {
        let names = self.0.iter().flatten();
        names.into_iter().any(|one| one == name)
    }

    /// The parameter again.
    pub fn spelled(&self) -> Option<String> {
        self.0.as_ref().map(|names| names.join(" "))
    }

    /// Those that calls here need.
    pub fn of_calls(&self) -> impl Iterator<Item = Scope> {
        let all = Scope::ALL.into_iter();
        all.filter(|scope| self.0.is_none() || self.names(scope.name()))
    }

    /// What somebody with these capabilities is given; `is_person` if they are one, who can be told
    /// apart.
    ///
    /// # Errors
    /// [`Refused`] with `invalid_scope` if that is nothing.
    pub fn given(&self, held: Capabilities, is_person: bool) -> Result<Given, Refused> {
        let may = |scope: &Scope| {
            let mut needed = scope.capabilities().iter();
            needed.all(|one| held.contains(*one))
        };
        let scopes: Vec<Scope> = self.of_calls().filter(may).collect();
        let identity = ["openid", "profile", "email"];
        let identity = identity
            .into_iter()
            .filter(|one| is_person && self.names(one));
        let names: Vec<&str> = identity
            .chain(scopes.iter().map(|scope| scope.name()))
            .collect();
        if names.is_empty() {
            return Err(Refused::scope("none of these scopes can be given"));
        }
        let is_as_asked = self.0.as_ref().is_some_and(|asked| {
            asked.len() == names.len() && asked.iter().all(|one| names.contains(&one.as_str()))
        });
        let capabilities = scopes.iter().flat_map(|scope| scope.capabilities());
        Ok(Given {
            capabilities: capabilities.copied().collect(),
            told: (!is_as_asked).then(|| names.join(" ")),
        })
    }
}
