//! What all interfaces share about HTTP: bodies, credentials in headers, request ids, JSON
//! amounts, times.
//!
//! Nothing in here is spelled in the way of one interface: what goes wrong is a value, which each
//! interface turns into its own answer.

pub mod base_url;
pub mod body;
pub mod client_ip;
pub mod credentials;
pub mod decimal;
pub mod description;
pub mod message_signature;
pub mod request_id;
pub mod standard_webhooks;
pub mod time;

pub use base_url::{PublicUrl, base_url};
pub use body::{BodyError, read_body};
pub use client_ip::{ClientIp, TrustedProxies};
pub use credentials::bearer;
pub use decimal::JsonDecimal;
pub use description::describe;
pub use request_id::{Asked, LateBody, RequestId};
