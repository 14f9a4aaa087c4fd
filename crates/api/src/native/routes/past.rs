//! What is configured, now or as of an instant.

use super::answer::{blocking, refused};
use crate::App;
use crate::native::error::{Kind, Problem, kind_of};
use crate::native::map::names::instant;
use giro_ledger::{BookId, Rejection, Timestamp};
use giro_service::configuration::Configuration;

/// The instant of `as_of`, which must not be to come.
pub(super) fn as_of(app: &App, text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    let at = instant("as_of", text)?;
    // Records are stamped in order even where the clock is not: the last one is never ahead.
    let now = app.service.now().max(app.service.read().last_at());
    match at {
        Some(at) if at > now => {
            let why = "is in the future";
            Err(Problem::of_field(Kind::TIME_IN_FUTURE, "as_of", why))
        }
        at => Ok(at),
    }
}

/// What was configured in a book at the instant of `as_of`; nothing if that was not given, and
/// things are wanted as they are now.
pub(super) async fn then(
    app: &App,
    book: BookId,
    text: Option<&str>,
) -> Result<Option<Configuration>, Problem> {
    match as_of(app, text)? {
        Some(at) => Ok(Some(configuration(app, book, at).await?)),
        None => Ok(None),
    }
}

/// What was configured in a book at an instant.
async fn configuration(app: &App, book: BookId, at: Timestamp) -> Result<Configuration, Problem> {
    let then = blocking(&app.service, move |service| {
        service.configuration_at(book, at)
    })
    .await;
    let then = then.map_err(refused(&app.service))?;
    then.ok_or_else(|| {
        let kind = kind_of(&Rejection::UnknownBook { book });
        Problem::of_field(kind, "as_of", "is before the book was opened")
    })
}
