//! Spelling and signatures, without a service.

use super::told::{End, Told, Transfer};
use super::*;

fn ended(end: End, reason: &str) -> Told {
    Told::Transfer(Transfer {
        end,
        id: "JUNOb23".to_owned(),
        reference: "our-id".to_owned(),
        reason: reason.to_owned(),
        amount: "1000.50".to_owned(),
        source: "from".to_owned(),
        target: "to".to_owned(),
        asked_at: Timestamp(1_704_110_400_000_000),
        at: Timestamp(1_704_110_401_500_000),
    })
}

fn message(body: Vec<u8>) -> Message {
    Message {
        event: "any",
        id: "id".to_owned(),
        body,
    }
}

#[test]
fn a_transfer_is_told_in_both_versions() {
    let success = ended(End::Success, "");
    let json = String::from_utf8(success.json()).expect("JSON");
    let expected = concat!(
        r#"{"data":{"transfer_id":"JUNOb23","cf_transfer_id":"our-id","status":"SUCCESS","#,
        r#""status_code":"COMPLETED","status_description":"The transfer has been completed","#,
        r#""beneficiary_details":{"beneficiary_id":"to"},"transfer_amount":1000.50,"#,
        r#""fundsource_id":"from","added_on":"2024-01-01T12:00:00Z","#,
        r#""updated_on":"2024-01-01T12:00:01Z"},"event_time":"2024-01-01T12:00:01Z","#,
        r#""type":"TRANSFER_SUCCESS"}"#,
    );
    assert_eq!(json, expected);
    let cases = [
        (
            success,
            "event=TRANSFER_SUCCESS&transferId=JUNOb23&referenceId=our-id\
             &eventTime=2024-01-01+12%3A00%3A01&acknowledged=1&utr=our-id",
        ),
        (
            ended(End::Failed, "Not enough available balance"),
            "event=TRANSFER_FAILED&transferId=JUNOb23&referenceId=our-id\
             &reason=Not+enough+available+balance",
        ),
        (
            ended(End::Reversed, "Transfer reversed"),
            "event=TRANSFER_REVERSED&transferId=JUNOb23&referenceId=our-id\
             &eventTime=2024-01-01+12%3A00%3A01&reason=Transfer+reversed",
        ),
        (
            ended(End::Rejected, "Transfer rejected"),
            "event=TRANSFER_REJECTED&transferId=JUNOb23&referenceId=our-id\
             &reason=Transfer+rejected",
        ),
    ];
    for (told, expected) in cases {
        let form = String::from_utf8(told.form()).expect("a form");
        assert_eq!(form, expected);
    }
}

/// Both values were made with `openssl dgst -sha256 -hmac secret -binary | base64`.
#[test]
fn a_message_is_signed_with_the_oldest_secret_in_the_place_of_its_version() {
    let secrets = [b"newer".to_vec(), b"secret".to_vec()];
    let at = Timestamp(1_704_110_401_500_999);
    let signed = Version2.sign(&message(b"{\"a\":1}".to_vec()), at, &secrets);
    assert_eq!(signed.body, b"{\"a\":1}");
    let expected = [
        ("content-type", "application/json"),
        ("x-webhook-timestamp", "1704110401500"),
        ("x-webhook-signature", SIGNED_2),
    ];
    let headers = signed.headers.iter().map(|(name, value)| (*name, &**value));
    assert_eq!(headers.collect::<Vec<_>>(), expected);

    let form = b"event=E&b=two+words&a=1%2B1".to_vec();
    let signed = Version1.sign(&message(form), at, &secrets);
    let body = form_urlencoded::parse(&signed.body).into_owned();
    let body: Vec<_> = body.collect();
    let expected = [
        ("event", "E"),
        ("b", "two words"),
        ("a", "1+1"),
        ("signature", SIGNED_1),
    ];
    assert_eq!(
        body,
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

/// Of `1704110401500{"a":1}`.
const SIGNED_2: &str = "5uHtxOmr2nEQ0t0I5EMtsT+jioldFiS9lkv6tV+XfYI=";
/// Of `1+1two wordsE`.
const SIGNED_1: &str = "1fLGq8gWRUSaCwCF/CVfQEvPCKjI8ifcH1SQg6/YZVs=";

#[test]
fn it_is_tried_three_times_more() {
    let minutes = |attempts| {
        Version2
            .retry_after(attempts)
            .map(|wait| wait.as_secs() / 60)
    };
    let tried = (1..=4).map(minutes).collect::<Vec<_>>();
    assert_eq!(tried, [Some(2), Some(10), Some(30), None]);
    assert_eq!(Version1.retry_after(4), None);
}
