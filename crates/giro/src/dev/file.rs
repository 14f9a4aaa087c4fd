//! `dev.json`: how a script finds its way to the sandbox books.

use crate::serve::write_secret;
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// The name of the file, in the data directory.
pub(crate) const NAME: &str = "dev.json";

/// The whole file. Names are what scripts look for: append only.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct DevFile {
    /// Where the server listens.
    pub(crate) base_url: String,
    /// A native key with every capability for the book of each dialect.
    pub(crate) books: BTreeMap<String, Access>,
    /// The sandbox of the native interface.
    pub(crate) native: Native,
    /// The sandbox of the Jiko dialect; not in files of before there was one.
    pub(crate) jiko: Option<Jiko>,
    /// The sandbox of the Revolut dialect.
    pub(crate) revolut: Revolut,
    /// The sandbox of the Caliza dialect; not in files of before there was one.
    pub(crate) caliza: Option<Caliza>,
    /// The sandbox of the Cashfree dialect; not in files of before there was one.
    pub(crate) cashfree: Option<Cashfree>,
    /// The sandbox of the YouHodler dialect; not in files of before there was one.
    pub(crate) youhodler: Option<YouHodler>,
}

/// A book, and a native key to it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Access {
    pub(crate) id: String,
    pub(crate) api_key: String,
}

/// What a client of the native interface needs.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Native {
    pub(crate) api_key: String,
    /// A second person's key: who makes a transfer cannot approve it.
    pub(crate) checker_api_key: String,
    pub(crate) book: String,
    pub(crate) accounts: Vec<NativeAccount>,
}

/// An account, and what was available in it when the server started.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct NativeAccount {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) asset: String,
    pub(crate) available: String,
}

/// What a client of the Revolut dialect needs.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Revolut {
    pub(crate) client_id: String,
    pub(crate) issuer: String,
    pub(crate) private_key_pem: String,
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
    pub(crate) accounts: Vec<RevolutAccount>,
}

/// An account, and what was in it when the server started.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct RevolutAccount {
    pub(crate) id: String,
    pub(crate) currency: String,
    pub(crate) balance: String,
}

/// What a client of the Jiko dialect needs. Files of before there was one have only the pockets.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Jiko {
    pub(crate) client_id: String,
    /// The key that it signs its assertions with.
    pub(crate) private_key_pem: String,
    /// What it names the key by that it signs its requests with, and that key.
    pub(crate) signing_key_id: String,
    pub(crate) signing_private_key_pem: String,
    pub(crate) access_token: String,
    /// A second person's: who asks for a transfer cannot approve it.
    pub(crate) approver_access_token: String,
    pub(crate) approver: JikoApprover,
    pub(crate) pockets: Vec<Pocket>,
}

/// Who approves.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct JikoApprover {
    pub(crate) id: String,
    pub(crate) email: String,
}

/// A pocket, and how many cents were available in it when the server started.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Pocket {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) available_cents: i64,
}

/// What a client of the Caliza dialect needs. Files of before there was one have beneficiaries only.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Caliza {
    #[serde(default)]
    pub(crate) client_id: String,
    #[serde(default)]
    pub(crate) client_secret: String,
    #[serde(default)]
    pub(crate) username: String,
    /// An API key.
    #[serde(default)]
    pub(crate) password: String,
    #[serde(default)]
    pub(crate) access_token: String,
    pub(crate) beneficiaries: Vec<Beneficiary>,
}

/// A beneficiary, and what was available of each currency when the server started.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Beneficiary {
    pub(crate) id: String,
    pub(crate) balances: BTreeMap<String, String>,
}

/// What a client of the Cashfree dialect needs.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Cashfree {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) payment_instruments: Vec<PaymentInstrument>,
}

/// An instrument, and what was on it when the server started.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PaymentInstrument {
    pub(crate) id: String,
    pub(crate) balance: String,
}

/// What a client of the YouHodler dialect needs.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct YouHodler {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) access_token: String,
    /// The same client's, who can only look with it.
    pub(crate) read_only_access_token: String,
    /// A second person's: who makes a transfer cannot approve it.
    pub(crate) approver_access_token: String,
    pub(crate) client_accounts: Vec<YouHodlerAccount>,
    pub(crate) master_accounts: Vec<YouHodlerAccount>,
}

/// An account, and what was available in it when the server started.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct YouHodlerAccount {
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    pub(crate) currency: String,
    pub(crate) available: String,
}

impl DevFile {
    /// The file at `path`, if there is one.
    ///
    /// # Errors
    /// If it is not one of these.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Option<DevFile>> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        let file = serde_json::from_str(&text).with_context(|| {
            format!(
                "{} is not what --dev writes: delete it to get new keys",
                path.display()
            )
        })?;
        Ok(Some(file))
    }

    /// Writes it whole, for its owner alone to read.
    ///
    /// # Errors
    /// If the file system refuses.
    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(self).context("cannot spell dev.json")?;
        write_secret(path, &format!("{text}\n"))
    }
}
