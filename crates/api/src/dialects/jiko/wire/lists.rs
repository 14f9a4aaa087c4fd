//! Lists and money, which many answers have.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CursorList<T: ToSchema> {
    /// The cursor of the page before this one; `null` if there is none.
    #[schema(required = true)]
    pub prev_page: Option<String>,
    /// The cursor of the page after this one; `null` if there is none.
    #[schema(required = true)]
    pub next_page: Option<String>,
    /// What is on this page.
    pub items: Vec<T>,
    /// `CursorList`.
    pub object_type: ListType,
}

/// What a page of a list says that it is.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub enum ListType {
    /// The only one.
    #[default]
    CursorList,
}

/// Which page of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct PageQuery {
    /// The `next_page` or `prev_page` of a page of the same list.
    cursor: Option<String>,
    /// So many items at most: 1 to 100, else 30.
    #[param(minimum = 1, maximum = 100, default = 30)]
    limit: Option<u32>,
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Amount {
    /// In cents.
    #[schema(value_type = i64, example = 100_000)]
    pub value: i128,
    /// Of what.
    #[schema(value_type = String, example = "USD")]
    pub currency: &'static str,
    /// For people.
    #[schema(example = "$1,000.00")]
    pub formatted: String,
}
