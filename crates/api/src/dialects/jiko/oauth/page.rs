//! The page on which a person signs in and lets a client act for them: plain HTML, no scripts.

use super::refused::unstored;
use super::{Asked, AuthorizationRequest, Refused, Registered};
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:28rem;margin:3rem auto;padding:0 1rem}\
label,input,button{display:block;width:100%;box-sizing:border-box;font:inherit}\
input,button{padding:.5rem;margin:.25rem 0 1rem}.wrong{color:#a00}";

/// The page that asks: `sealed` is the request, which comes back with the form, and `wrong` what was
/// wrong with the last try.
pub fn sign_in(
    client: &Registered,
    request: &AuthorizationRequest,
    sealed: &str,
    wrong: Option<&str>,
) -> Response {
    let name = escape(&client.name);
    let scope = Asked::read(request.scope.as_deref());
    let calls = scope.iter().flat_map(Asked::of_calls);
    let may: String = calls
        .map(|scope| format!("<li>{}</li>", meaning(scope.name())))
        .collect();
    let may = match may.is_empty() {
        true => "<li>learn who you are</li>".to_owned(),
        false => may,
    };
    let status = match wrong {
        Some(_) => StatusCode::UNAUTHORIZED,
        None => StatusCode::OK,
    };
    let wrong =
        wrong.map(|wrong| format!("<p class=\"wrong\" role=\"alert\">{}</p>", escape(wrong)));
    let body = format!(
        "<h1>Sign in</h1>{}<p><strong>{name}</strong> asks to act for you. It could:</p><ul>{may}</ul>\
         <p>It can never do what you cannot do yourself, and it can stop being able to at any time: \
         revoke its key or yours.</p>\
         <form method=\"post\" action=\"\">\
         <input type=\"hidden\" name=\"request\" value=\"{}\">\
         <label for=\"api_key\">Your API key</label>\
         <input type=\"password\" id=\"api_key\" name=\"api_key\" autocomplete=\"off\" autofocus>\
         <button name=\"decision\" value=\"allow\">Allow</button>\
         <button name=\"decision\" value=\"deny\">Deny</button></form>",
        wrong.unwrap_or_default(),
        escape(sealed),
    );
    page(status, "Sign in", &body, Some(&request.redirect_uri))
}

/// The page that says why nobody is asked.
pub fn refused(refused: &Refused) -> Response {
    let why = escape(&refused.why);
    let body = format!("<h1>This does not work</h1><p>{why}.</p>");
    page(StatusCode::BAD_REQUEST, "This does not work", &body, None)
}

/// The page after signing out.
pub fn signed_out() -> Response {
    let body = "<h1>Signed out</h1><p>Nobody is signed in here.</p>";
    page(StatusCode::OK, "Signed out", body, None)
}

/// Sends a person back to a client with what it has to know.
pub fn send_back(redirect_uri: &str, answer: &[(&str, Option<&str>)]) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in answer {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    let joint = match (query.is_empty(), redirect_uri.contains('?')) {
        (true, _) => "",
        (false, true) => "&",
        (false, false) => "?",
    };
    let location = format!("{redirect_uri}{joint}{query}");
    let Ok(location) = HeaderValue::try_from(location) else {
        return refused(&Refused::request("redirect_uri is not an address"));
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, location);
    let no_referrer = HeaderValue::from_static("no-referrer");
    headers.insert(header::REFERRER_POLICY, no_referrer);
    unstored(response)
}

/// A whole page. What a form leads to is followed, in some browsers, only to where it is allowed to
/// lead: here, and back to the client.
fn page(status: StatusCode, title: &str, body: &str, leads_to: Option<&str>) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    );
    let leads_to = leads_to.and_then(origin).unwrap_or_default();
    let style = BASE64.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self' {leads_to}; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    let policy = HeaderValue::try_from(policy).expect("an origin has no odd characters");
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    let rows = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // With "no-referrer" the browser would not say either where the form was sent from.
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in rows {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    unstored(response)
}

fn origin(uri: &str) -> Option<String> {
    let uri: Uri = uri.parse().ok()?;
    Some(format!("{}://{}", uri.scheme()?, uri.authority()?))
}

fn meaning(scope: &str) -> &str {
    match scope {
        "pockets.read" => "see your pockets, what is in them and what has moved",
        "pockets.write" => "open, change and close pockets",
        "transfers.read" => "see requests for transfers",
        "transfers.write" => "ask for transfers",
        "authorization_requests.read" => "see what waits for approval",
        "authorization_requests.write" => "approve and reject transfers in your name",
        "subscriptions.read" => "see who is told what happens",
        "subscriptions.write" => "change who is told what happens",
        other => other,
    }
}

/// Text as text, also within quotes.
fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_has_typed_is_no_markup() {
        let escaped = escape("<b title=\"x\">A & 'B'</b>");
        assert_eq!(
            escaped,
            "&lt;b title=&quot;x&quot;&gt;A &amp; &#39;B&#39;&lt;/b&gt;"
        );
        assert_eq!(escape("plain"), "plain");
    }

    #[test]
    fn an_origin_is_where_an_address_is() {
        for (uri, expected) in [
            ("https://a.example/x?y=z", Some("https://a.example")),
            ("http://127.0.0.1:8080/x", Some("http://127.0.0.1:8080")),
            ("/x", None),
        ] {
            assert_eq!(origin(uri).as_deref(), expected);
        }
    }
}
