//! What can be wrong with a request before any rule is asked, and with the server.

use axum::http::StatusCode;

/// One kind of problem: a stable code with its status and title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) code: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
}

impl Kind {
    pub(crate) const fn new(status: StatusCode, code: &'static str, title: &'static str) -> Kind {
        Kind {
            code,
            status,
            title,
        }
    }
}

macro_rules! kinds {
    ($($name:ident: $status:ident, $code:literal, $title:literal;)*) => {
        impl Kind {
            $(pub(crate) const $name: Kind = Kind::new(StatusCode::$status, $code, $title);)*
        }

        /// All of the kinds above.
        pub(crate) const fn every_kind_of_http() -> &'static [Kind] {
            &[$(Kind::$name),*]
        }
    };
}

kinds! {
    UNAUTHENTICATED: UNAUTHORIZED, "unauthenticated", "Credentials are missing or not valid";
    MISSING_CAPABILITY: FORBIDDEN, "missing_capability", "The key may not do this";
    CAPABILITY_BEYOND_OWN: FORBIDDEN, "capability_beyond_own", "A key can only give what it has";
    ROUTE_UNKNOWN: NOT_FOUND, "unknown_route", "There is nothing at this path";
    METHOD_NOT_ALLOWED: METHOD_NOT_ALLOWED, "method_not_allowed", "The path has no such method";
    UNKNOWN_TRANSFER: NOT_FOUND, "unknown_transfer", "No such transfer";
    UNKNOWN_APPROVAL: NOT_FOUND, "unknown_approval", "No such approval";
    UNKNOWN_NOTIFICATION: NOT_FOUND, "unknown_notification", "No such notification";
    UNKNOWN_TRADE: NOT_FOUND, "unknown_trade", "No such trade";
    KEY_MISSING: BAD_REQUEST, "idempotency_key_missing", "The idempotency key is missing";
    KEY_INVALID: BAD_REQUEST, "idempotency_key_invalid", "The idempotency key is malformed";
    KEY_CONFLICT: CONFLICT, "idempotency_conflict", "The key was used for another request";
    CONTENT_TYPE: UNSUPPORTED_MEDIA_TYPE, "unsupported_content_type", "The body's type is not known here";
    BODY_TOO_LARGE: PAYLOAD_TOO_LARGE, "body_too_large", "The body is too large";
    BODY_NOT_UTF8: BAD_REQUEST, "body_not_utf8", "The body is not UTF-8";
    BODY_INCOMPLETE: BAD_REQUEST, "body_incomplete", "The body ended early";
    JSON_INVALID: BAD_REQUEST, "json_invalid", "The body is not JSON";
    BODY_INVALID: BAD_REQUEST, "body_invalid", "The body is not of the documented form";
    QUERY_INVALID: BAD_REQUEST, "query_invalid", "The query is not of the documented form";
    LIMIT_INVALID: BAD_REQUEST, "limit_invalid", "The page size is out of range";
    IF_MATCH_INVALID: BAD_REQUEST, "if_match_invalid", "Not one entity tag";
    CURSOR_INVALID: BAD_REQUEST, "cursor_invalid", "The cursor is not one of this list";
    TIME_INVALID: BAD_REQUEST, "time_invalid", "Not a time";
    TIME_RANGE_INVALID: BAD_REQUEST, "time_range_invalid", "The period ends before it begins";
    TIME_IN_FUTURE: BAD_REQUEST, "time_in_future", "The time has not come yet";
    AMOUNT_NOT_TEXT: UNPROCESSABLE_ENTITY, "amount_not_text", "An amount is not a JSON string";
    AMOUNT_MALFORMED: UNPROCESSABLE_ENTITY, "amount_malformed", "Not an amount";
    AMOUNT_EXPONENT: UNPROCESSABLE_ENTITY, "amount_exponent", "An amount has an exponent";
    AMOUNT_NEGATIVE: UNPROCESSABLE_ENTITY, "amount_negative", "An amount is negative";
    AMOUNT_DECIMALS: UNPROCESSABLE_ENTITY, "amount_too_many_decimals", "An amount has too many decimals";
    TEXT_INVALID: UNPROCESSABLE_ENTITY, "text_invalid", "A text is empty, too long or not plain";
    METADATA_INVALID: UNPROCESSABLE_ENTITY, "metadata_invalid", "The metadata is not of the documented form";
    TRANSFER_SHAPE: UNPROCESSABLE_ENTITY, "transfer_shape", "Neither source and target nor postings";
    TRADE_SHAPE: UNPROCESSABLE_ENTITY, "trade_shape", "Not one of amount, units and all";
    QUOTE_SHAPE: UNPROCESSABLE_ENTITY, "quote_shape", "Not one amount, of one pair of assets";
    RATE_EXPONENT: UNPROCESSABLE_ENTITY, "rate_exponent", "A rate has an exponent";
    RATE_NEGATIVE: UNPROCESSABLE_ENTITY, "rate_negative", "A rate is negative";
    RATE_DECIMALS: UNPROCESSABLE_ENTITY, "rate_too_many_decimals", "A rate has too many decimals";
    RATE_DIGITS: UNPROCESSABLE_ENTITY, "rate_too_many_digits", "A rate has too many digits";
    CHANGE_EMPTY: UNPROCESSABLE_ENTITY, "change_empty", "Nothing to change";
    CAPABILITY_UNKNOWN: UNPROCESSABLE_ENTITY, "unknown_capability", "No such capability";
    PUBLIC_KEY_INVALID: UNPROCESSABLE_ENTITY, "public_key_invalid", "Not a public key";
    SIGNING_CLIENT_INVALID: UNPROCESSABLE_ENTITY, "signing_client_invalid", "Not a client that signs";
    KEY_SHAPE: UNPROCESSABLE_ENTITY, "key_shape", "Not one kind of key";
    WEBHOOK_URL_INVALID: UNPROCESSABLE_ENTITY, "webhook_url_invalid", "Not a URL for a webhook";
    WEBHOOK_URL_FORBIDDEN: UNPROCESSABLE_ENTITY, "webhook_url_forbidden", "Webhooks of the book must not go there";
    EVENT_UNKNOWN: UNPROCESSABLE_ENTITY, "unknown_event", "No such event";
    SECRET_ELSEWHERE: CONFLICT, "secret_elsewhere", "The secret is not of this interface";
    NOTIFICATION_WAITING: CONFLICT, "notification_waiting", "It is to be told anyway";
    SANDBOX_ONLY: UNPROCESSABLE_ENTITY, "sandbox_only", "Only for sandbox books";
    BATCH_EMPTY: UNPROCESSABLE_ENTITY, "batch_empty", "The batch has no transfers";
    BATCH_TOO_LARGE: UNPROCESSABLE_ENTITY, "batch_too_large", "The batch has too many transfers";
    BATCH_INVALID: UNPROCESSABLE_ENTITY, "batch_invalid", "Items of the batch are malformed";
    BATCH_REFUSED: UNPROCESSABLE_ENTITY, "batch_refused", "The batch was refused as a whole";
    STATEMENT_TOO_LONG: UNPROCESSABLE_ENTITY, "statement_too_long", "Too many postings for one file";
    OVERLOADED: SERVICE_UNAVAILABLE, "overloaded", "Too many requests are waiting";
    STORAGE_FAILED: SERVICE_UNAVAILABLE, "storage_failed", "The journal has failed";
    STOPPING: SERVICE_UNAVAILABLE, "stopping", "The server is stopping";
    STORAGE_UNREADABLE: INTERNAL_SERVER_ERROR, "storage_unreadable", "The log cannot be read";
}
