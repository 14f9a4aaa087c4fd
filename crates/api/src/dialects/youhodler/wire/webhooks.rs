//! Webhook endpoints, and what they are told.

use super::{InternalTransfer, SubjectAttribution};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Whom an enterprise tells what happens.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookEndpoint {
    /// When it was added.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Its name.
    #[schema(required = true)]
    pub display_name: Option<String>,
    /// Of what it is told; of everything if there is nothing.
    pub event_types: Vec<String>,
    /// Its id.
    pub id: Uuid,
    /// Always `webhook_endpoint`.
    #[schema(example = "webhook_endpoint")]
    pub resource: &'static str,
    /// What notifications are signed with: shown when it is added, and never again.
    #[schema(required = true)]
    pub secret: Option<String>,
    /// `active` or `disabled`.
    #[schema(example = "active")]
    pub status: &'static str,
    /// When it was last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// Where it is reached.
    #[schema(example = "https://example.com/webhooks")]
    pub url: String,
}

/// A page of webhook endpoints, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookEndpointPage {
    /// What is on this page.
    pub items: Vec<WebhookEndpoint>,
    /// Where to go on, if there may be more.
    #[schema(required = true)]
    pub next_page_token: Option<String>,
}

/// What a webhook endpoint is told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Notification {
    /// About what.
    pub aggregate: Aggregate,
    /// The internal transfer as it was then.
    pub data: InternalTransfer,
    /// What has happened.
    #[schema(example = "operation.internal_transfer.executed.v1")]
    pub event_type: &'static str,
    /// Its id: the same in every attempt.
    pub id: Uuid,
    /// Who has asked for it and who has approved it.
    pub subject_attribution: SubjectAttribution,
    /// The same for everything that is told of one operation.
    pub trace_id: String,
}

/// What a notification is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Aggregate {
    /// Always `internal_transfer`.
    #[schema(example = "internal_transfer")]
    pub kind: &'static str,
    /// The internal transfer.
    #[serde(rename = "ref")]
    #[schema(example = "internal-transfers/b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b")]
    pub reference: String,
}
