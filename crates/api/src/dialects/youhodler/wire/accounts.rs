//! Accounts, their balances, and whose they are.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountResource {
    /// An account of a client, or of the enterprise for one.
    ClientAccount,
    /// An account of the enterprise itself.
    MasterAccount,
}

/// A client account.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ClientAccount)]
pub struct Account {
    /// When it was opened.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Its name.
    pub display_name: String,
    /// Its version, as in the header `ETag`.
    #[schema(example = "W/\"64a5e7b1c2d40\"")]
    pub etag: String,
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub resource: AccountResource,
    /// Whose it is: a client's, or the enterprise's.
    #[schema(example = "clients/b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b")]
    pub scope_ref: String,
    /// `active`, `frozen` or `closed`.
    #[schema(example = "active")]
    pub status: &'static str,
    /// When it was last changed; not: when money last moved.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// A master account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MasterAccount {
    /// When it was opened.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Its name.
    pub display_name: String,
    /// Its version, as in the header `ETag`.
    #[schema(example = "W/\"64a5e7b1c2d40\"")]
    pub etag: String,
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub resource: AccountResource,
    /// Whose it is: the enterprise's.
    #[schema(example = "enterprises/b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b")]
    pub scope_ref: String,
    /// `active`, `frozen` or `closed`.
    #[schema(example = "active")]
    pub status: &'static str,
    /// Always `enterprise`.
    #[schema(example = "enterprise")]
    pub tenant_type: &'static str,
    /// When it was last changed; not: when money last moved.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// What an account has of one asset. `available` and `held` are `total`; `overdraft_headroom` and
/// `overdraft_used` are `overdraft_limit`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Balance {
    /// The code of the asset.
    #[schema(example = "USDC")]
    pub asset: String,
    /// What can be moved, overdraft apart.
    #[schema(example = "10000.00")]
    pub available: String,
    /// What is reserved.
    #[schema(example = "0.00")]
    pub held: String,
    /// What of the overdraft can still be used.
    #[schema(example = "0.00")]
    pub overdraft_headroom: String,
    /// How far below zero the account may go.
    #[schema(example = "0.00")]
    pub overdraft_limit: String,
    /// What of the overdraft is used.
    #[schema(example = "0.00")]
    pub overdraft_used: String,
    /// The account.
    #[schema(example = "client-accounts/b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b")]
    pub owner_ref: String,
    /// What the account is.
    pub owner_subtype: AccountResource,
    /// What is there.
    #[schema(example = "10000.00")]
    pub total: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// A client: whoever accounts belong to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Client)]
pub struct Owner {
    /// When it was registered.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Its name.
    pub display_name: String,
    /// Its version.
    pub etag: String,
    /// Its id.
    pub id: Uuid,
    /// Always `client`.
    #[schema(example = "client")]
    pub resource: &'static str,
    /// Of which enterprise.
    pub scope_ref: String,
    /// `active`, `frozen` or `closed`.
    #[schema(example = "active")]
    pub status: &'static str,
    /// When it was last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// An enterprise: the book of whoever asks.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Enterprise)]
pub struct Tenant {
    /// When it was opened.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Its name.
    pub display_name: String,
    /// Its id.
    pub id: Uuid,
    /// Always `enterprise`.
    #[schema(example = "enterprise")]
    pub resource: &'static str,
    /// `active`, or `suspended` while all its money is stopped.
    #[schema(example = "active")]
    pub status: &'static str,
    /// Always `enterprise`.
    #[schema(example = "enterprise")]
    pub tenant_type: &'static str,
}

macro_rules! page {
    ($(#[doc = $doc:literal] $name:ident of $item:ty;)*) => {
        $(
            #[doc = $doc]
            #[derive(Clone, Debug, Serialize, ToSchema)]
            pub struct $name {
                /// What is on this page.
                pub items: Vec<$item>,
                /// Where to go on, if there may be more.
                #[schema(required = true)]
                pub next_page_token: Option<String>,
            }
        )*
    };
}

page! {
    #[doc = "A page of client accounts, oldest first."]
    ClientAccountPage of Account;
    #[doc = "A page of master accounts, oldest first."]
    MasterAccountPage of MasterAccount;
    #[doc = "A page of balances."]
    BalancePage of Balance;
    #[doc = "A page of clients, oldest first."]
    OwnerPage of Owner;
    #[doc = "A page of enterprises."]
    TenantPage of Tenant;
}
