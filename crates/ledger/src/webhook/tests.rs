//! What a webhook is told and signed with, and what an attempt has come to.

use super::*;

fn webhook(events: &[&str]) -> Webhook {
    let name = |text: &&str| EventName::new(*text).expect("a name");
    let terms = NewWebhook {
        format: 0,
        url: WebhookUrl::new("https://example.com").expect("an address"),
        name: None,
        events: events.iter().map(name).collect(),
        secret: drawn(0),
    };
    Webhook {
        book: BookId(0),
        terms,
        former_secrets: Vec::new(),
        enabled: true,
        added_by: PrincipalId(0),
        added_at: Timestamp(0),
        updated_at: Timestamp(0),
        removed_at: None,
        done_before: 1,
        waiting: BTreeMap::new(),
    }
}

fn drawn(number: u8) -> SigningSecret {
    SigningSecret::Drawn {
        nonce: [number; 16],
    }
}

#[test]
fn a_webhook_that_names_nothing_wants_everything() {
    assert!(webhook(&[]).wants("paid"));
    assert!(webhook(&[]).wants(""));
}

#[test]
fn a_webhook_wants_what_it_names_to_the_letter() {
    let webhook = webhook(&["paid", "failed"]);
    let cases = [
        ("paid", true),
        ("failed", true),
        ("Paid", false),
        ("pai", false),
        ("paid ", false),
        ("", false),
    ];
    for (event, is_wanted) in cases {
        assert_eq!(webhook.wants(event), is_wanted, "{event:?}");
    }
}

#[test]
fn a_former_secret_is_over_at_its_instant_wherever_it_stands() {
    let mut webhook = webhook(&[]);
    // The newest first, although an older one may last longer.
    webhook.former_secrets = [(2, 10), (1, 30), (3, 20)]
        .map(|(number, until)| FormerSecret {
            secret: drawn(number),
            until: Timestamp(until),
        })
        .to_vec();
    let cases: [(i64, &[u8]); 6] = [
        (9, &[0, 2, 1, 3]),
        (10, &[0, 1, 3]),
        (19, &[0, 1, 3]),
        (20, &[0, 1]),
        (29, &[0, 1]),
        (30, &[0]),
    ];
    for (at, expected) in cases {
        let found: Vec<SigningSecret> = webhook.secrets_at(Timestamp(at)).cloned().collect();
        let expected: Vec<SigningSecret> = expected.iter().map(|one| drawn(*one)).collect();
        assert_eq!(found, expected, "at {at}");
    }
}

#[test]
fn only_an_answer_of_the_two_hundreds_is_an_arrival() {
    let cases = [
        (AttemptResult::Answered(199), false),
        (AttemptResult::Answered(200), true),
        (AttemptResult::Answered(204), true),
        (AttemptResult::Answered(299), true),
        (AttemptResult::Answered(300), false),
        (AttemptResult::Answered(0), false),
        (AttemptResult::Answered(u16::MAX), false),
        (AttemptResult::TimedOut, false),
        (AttemptResult::Unreachable, false),
        (AttemptResult::Forbidden, false),
        (AttemptResult::Unreadable, false),
    ];
    for (result, is_delivered) in cases {
        let attempt = Attempt {
            event: 7,
            number: 1,
            at: Timestamp(0),
            millis: 1,
            result,
            next_at: None,
        };
        assert_eq!(attempt.is_delivered(), is_delivered, "{result:?}");
    }
}
