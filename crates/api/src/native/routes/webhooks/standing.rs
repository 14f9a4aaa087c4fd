//! How far webhooks are with what they are to be told. It is in the log, so that these read the disk.

use crate::app::format;
use crate::native::error::Problem;
use crate::native::map::webhooks::Standing;
use crate::native::routes::answer::{blocking, refused};
use crate::native::webhooks::happened;
use giro_ledger::{Webhook, WebhookId};
use giro_service::{Record, Service, ServiceError};
use std::sync::Arc;

/// The most that is counted of what a webhook was not told of yet.
const BEHIND_MAX: usize = 1_000;
/// The most records that are looked at for that.
const SCAN_MAX: usize = 2_000;

/// How far one webhook is.
pub(super) async fn standing(service: &Arc<Service>, id: WebhookId) -> Result<Standing, Problem> {
    let standings = standings(service, vec![id]).await?;
    let only = standings.into_iter().next();
    Ok(only.map(|(_, standing)| standing).unwrap_or_default())
}

/// How far each of some webhooks is.
pub(super) async fn standings(
    service: &Arc<Service>,
    of: Vec<WebhookId>,
) -> Result<Vec<(WebhookId, Standing)>, Problem> {
    let standings = blocking(service, move |service| {
        let of_one = |id| Ok((id, read(service, id)?));
        of.into_iter()
            .map(of_one)
            .collect::<Result<_, ServiceError>>()
    });
    standings.await.map_err(refused(service))
}

fn read(service: &Service, id: WebhookId) -> Result<Standing, ServiceError> {
    let webhook = service.read().ledger.webhook(id).cloned();
    let Some(webhook) = webhook.filter(|one| one.removed_at.is_none()) else {
        return Ok(Standing::default());
    };
    let oldest = match webhook.waiting.first_key_value() {
        Some((number, _)) => service.record_of(webhook.book, *number)?,
        None => None,
    };
    Ok(Standing {
        oldest_waiting: oldest.map(|record| record.at),
        behind: behind(service, id, &webhook)?,
    })
}

/// How much has happened that the webhook is to be told of, after what it was told of.
fn behind(service: &Service, id: WebhookId, webhook: &Webhook) -> Result<usize, ServiceError> {
    let mut behind = 0;
    for seq in service.untold(id, SCAN_MAX)? {
        let record = service.record_of(webhook.book, seq.0)?;
        let is_told = record.map(|record| is_told(service, webhook, &record));
        if is_told.transpose()? == Some(true) {
            behind += 1;
        }
        if behind == BEHIND_MAX {
            break;
        }
    }
    Ok(behind)
}

/// Whether a webhook is told of a record: only its format knows, and this interface is asked for less
/// than the whole notification.
pub(super) fn is_told(
    service: &Service,
    webhook: &Webhook,
    record: &Record,
) -> Result<bool, ServiceError> {
    if webhook.terms.format == format::NATIVE {
        let happened = happened(service, record)?;
        return Ok(happened.is_some_and(|one| webhook.wants(one.name())));
    }
    let formats = crate::webhooks::formats();
    let Some(format) = formats.get(&webhook.terms.format) else {
        return Ok(false);
    };
    let messages = format.messages(service, webhook, record)?;
    Ok(messages.iter().any(|one| webhook.wants(one.event)))
}
