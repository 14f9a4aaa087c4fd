//! Whom a book tells what happens, what it is signed with, and what becomes of it.
//!
//! The records are numbered: the first line of a table that changes something makes record 7.

use super::script::check;

super::tables! {
    a_webhook_is_added_changed_and_removed: "
        webhook hook events paid failed = ok
        terms hook https://example.com/hook - paid failed enabled
        change-webhook hook url https://giro.eu/in name Ada disabled = ok
        terms hook https://giro.eu/in Ada paid failed disabled
        change-webhook hook no-name any enabled = ok
        terms hook https://giro.eu/in - any enabled
        change-webhook hook events paid = ok
        change-webhook hook = ok
        terms hook https://giro.eu/in - paid enabled
        remove-webhook hook = ok
        remove-webhook hook = rejected unknown_webhook of hook
        webhook other = ok
        terms other https://example.com/hook - any enabled
    "

    a_book_has_ten_webhooks_of_each_format: "
        book other
        webhook a = ok
        webhook b = ok
        webhook c = ok
        webhook d = ok
        webhook e = ok
        webhook f = ok
        webhook g = ok
        webhook h = ok
        webhook i = ok
        webhook j = ok
        webhook k = rejected book_full of webhooks
        webhook k format 1 = ok
        in other webhook l = ok
        webhook m = rejected book_full of webhooks
        change-webhook a disabled = ok
        webhook m = rejected book_full of webhooks
        remove-webhook a = ok
        webhook m = ok
        webhook n = rejected book_full of webhooks
        remove-webhook k = ok
        webhook n = rejected book_full of webhooks
    "

    what_a_webhook_is_told_of_is_named_once: "
        webhook hook events paid paid = rejected webhook_malformed of events
        webhook hook events paid failed paid = rejected webhook_malformed of events
        webhook hook events paid failed = ok
        change-webhook hook events failed paid failed = rejected webhook_malformed of events
        terms hook https://example.com/hook - paid failed enabled
        in nowhere webhook gone = rejected unknown_book
        in nowhere webhook gone events paid paid = rejected webhook_malformed
    "

    a_webhook_of_another_book_is_not_there: "
        book other
        principal clerk webhooks.write
        in other principal stranger webhooks.write
        webhook hook = ok
        in other change-webhook hook disabled = rejected unknown_webhook of hook
        in other rotate hook 1 = rejected unknown_webhook of hook
        in other remove-webhook hook = rejected unknown_webhook of hook
        in other deliver hook before 9 = rejected unknown_webhook of hook
        in other redeliver hook 1 = rejected unknown_webhook of hook
        in nowhere remove-webhook hook = rejected unknown_webhook of hook
        terms hook https://example.com/hook - any enabled
        secrets hook 0
        told hook before 11
        change-webhook nobody disabled = rejected unknown_webhook
        rotate nobody 1 = rejected unknown_webhook
        remove-webhook nobody = rejected unknown_webhook
        deliver nobody before 9 = rejected unknown_webhook
        redeliver nobody 1 = rejected unknown_webhook
        webhook foreign signed client stranger = rejected unknown_principal of stranger
        webhook foreign signed client nobody = rejected unknown_principal
        webhook foreign signed client admin = rejected unknown_principal of admin
        webhook own signed client clerk = ok
        secrets own client 1
        rotate hook client stranger = rejected unknown_principal of stranger
        rotate hook client clerk = ok
        revoke clerk = ok
        rotate hook client clerk = rejected unknown_principal of clerk
        webhook late signed client clerk = rejected unknown_principal of clerk
        secrets hook client 1
    "

    a_removed_webhook_stays_removed: "
        webhook hook = ok
        deliver hook before 9 8 try 1 timeout again 60s = ok
        told hook before 9 8x1 in 60s
        remove-webhook hook = ok
        told hook before 9
        change-webhook hook enabled = rejected unknown_webhook of hook
        rotate hook 1 = rejected unknown_webhook of hook
        deliver hook before 10 = rejected unknown_webhook of hook
        redeliver hook 7 = rejected unknown_webhook of hook
    "

    a_former_secret_stays_for_as_long_as_asked: "
        webhook hook = ok
        rotate hook 1 keep 1h = ok
        secrets hook 1 0
        after 30m
        rotate hook 2 keep 2d = ok
        secrets hook 2 1 0
        after 1799s
        secrets hook 2 1 0
        after 1s
        secrets hook 2 1
        after 2d
        secrets hook 2
    "

    a_secret_replaced_at_once_takes_former_ones_with_it: "
        webhook hook signed given hush = ok
        rotate hook 1 keep 7d = ok
        secrets hook 1 given hush
        rotate hook 2 = ok
        secrets hook 2
        rotate hook 3 keep 1d = ok
        secrets hook 3 2
    "

    three_secrets_are_valid_at_a_time: "
        webhook hook = ok
        rotate hook 1 keep 1h = ok
        rotate hook 2 keep 2h = ok
        rotate hook 3 keep 3h = rejected too_many_secrets
        secrets hook 2 1 0
        after 1h
        rotate hook 3 keep 3h = ok
        secrets hook 3 2 1
        rotate hook 4 keep 1s = rejected too_many_secrets
        rotate hook 4 = ok
        secrets hook 4
    "

    a_former_secret_stays_a_week_at_most: "
        webhook hook = ok
        rotate hook 1 keep 604801s = rejected webhook_malformed of keep_former_seconds
        rotate nobody 1 keep 8d = rejected webhook_malformed of keep_former_seconds
        rotate hook 1 keep 604800s = ok
        secrets hook 1 0
        after 7d
        secrets hook 1
    "

    what_was_told_is_told_again_and_what_is_to_be_told_is_not: "
        webhook hook = ok
        told hook before 8
        redeliver hook 8 = rejected webhook_malformed of event
        redeliver hook 7 = ok
        told hook before 8 7x0 in 0s
        deliver hook before 9 = ok
        redeliver hook 8 = ok
        redeliver hook 9 = rejected webhook_malformed of event
        after 10s
        told hook before 9 7x0 in -10s 8x0 in -10s
        redeliver hook 7 = ok
        told hook before 9 7x0 in 0s 8x0 in -10s
        deliver hook before 8 8 try 1 status 204 7 try 1 status 404 again 30s = ok
        told hook before 9 7x1 in 30s
    "

    an_attempt_ends_the_wait_unless_there_is_a_next_one: "
        webhook hook = ok
        deliver hook before 20 10 try 1 timeout again 5s 11 try 1 unreachable again 5s 12 try 1 status 500 again 5s = ok
        deliver hook before 20 13 try 1 status 299 14 try 1 forbidden 15 try 1 unreadable = ok
        told hook before 20 10x1 in 5s 11x1 in 5s 12x1 in 5s
        after 5s
        deliver hook before 20 10 try 2 status 200 11 try 2 status 300 again 1h 12 try 2 timeout = ok
        told hook before 20 11x2 in 3600s
        deliver hook before 20 11 try 3 status 200 again 1h = ok
        told hook before 20
    "

    whoever_is_narrowed_configures_no_webhooks: "
        account alice USD 1.00
        principal clerk webhooks.write only alice
        webhook hook = ok
        as clerk webhook mine = rejected grant_not_extendable
        as clerk webhook mine events paid paid = rejected webhook_malformed
        as clerk change-webhook hook url https://clerk.example = rejected grant_not_extendable
        as clerk rotate hook 1 = rejected grant_not_extendable
        as clerk change-webhook nobody disabled = rejected unknown_webhook
        terms hook https://example.com/hook - any enabled
        secrets hook 0
    "

    the_rule_declared_first_is_given: "
        account alice USD 1.00
        principal clerk webhooks.write only alice
        webhook hook = ok
        rotate hook 1 keep 1h = ok
        rotate hook 2 keep 1h = ok
        as clerk rotate hook client nobody keep 8d = rejected webhook_malformed
        as clerk rotate nobody client clerk keep 1h = rejected unknown_webhook
        as clerk rotate hook client nobody keep 1h = rejected unknown_principal
        as clerk rotate hook 3 keep 1h = rejected too_many_secrets
        as clerk rotate hook 3 = rejected grant_not_extendable
        webhook b = ok
        webhook c = ok
        webhook d = ok
        webhook e = ok
        webhook f = ok
        webhook g = ok
        webhook h = ok
        webhook i = ok
        webhook j = ok
        as clerk webhook k signed client nobody = rejected unknown_principal
        as clerk webhook k = rejected book_full
        as clerk webhook k format 1 = rejected grant_not_extendable
    "
}

#[test]
fn a_webhook_names_a_hundred_kinds_at_most() {
    let names = |count: u32| (0..count).map(|n| format!(" e{n}")).collect::<String>();
    check(&format!(
        "webhook hook events{} = rejected webhook_malformed of events
        webhook hook events{} = ok
        change-webhook hook events{} = rejected webhook_malformed of events
        change-webhook hook events{} = ok",
        names(101),
        names(100),
        names(101),
        names(100)
    ));
}
