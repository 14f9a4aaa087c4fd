//! `rechargeAccount`: the account that is credited, in the older way.

use crate::world::World;
use giro_api::dialects::cashfree::DEFAULT_TAG;
use serde_json::json;

#[tokio::test]
async fn a_recharge_account_is_credited_from_the_default_instrument() {
    let world = World::new().await;
    let savings = world.id(world.savings);
    let number = savings.replace('-', "");
    world.alias(world.payroll, "1234KR0M").await;
    for (id, account) in [("a", savings.as_str()), ("b", &number), ("c", "1234KR0M")] {
        let body = json!({"amount": 10, "rechargeAccount": account, "transferId": id});
        let answer = world
            .post_to("/v1/internalTransfer", &body.to_string())
            .await;
        assert_eq!(answer.data(), json!({"transferId": id}));
        let message = format!("RefId-{id}/Main-Internal Fund Transfer");
        assert_eq!(answer.json()["message"], message);
        let newer = world.transfer(&body).await;
        assert_eq!(newer.text, answer.text);
    }
    assert_eq!(world.balance(world.main).await, "9970.00");
    assert_eq!(world.balance(world.savings).await, "20.00");
    assert_eq!(world.balance(world.payroll).await, "510.00");
}

#[tokio::test]
async fn what_is_debited_can_be_named_and_two_instruments_come_before_a_recharge_account() {
    let world = World::new().await;
    let [main, savings, payroll] =
        [world.main, world.savings, world.payroll].map(|account| world.id(account));
    let named = json!({"amount": "5.00", "rechargeAccount": savings,
        "paymentInstrumentId": payroll});
    world.transfer(&named).await.data();
    assert_eq!(world.balance(world.payroll).await, "495.00");
    let all = json!({"amount": "7.00", "rechargeAccount": "nobody's",
        "paymentInstrumentId": payroll, "toPaymentInstrumentId": main});
    world.transfer(&all).await.data();
    assert_eq!(world.balance(world.payroll).await, "488.00");
    let half = json!({"amount": "7.00", "rechargeAccount": savings,
        "toPaymentInstrumentId": main});
    let answer = world.transfer(&half).await;
    answer.assert_error(412, "PaymentInstrumentId missing in the request.");
}

#[tokio::test]
async fn an_unknown_recharge_account_is_404_whosever_it_is() {
    let world = World::new().await;
    let foreign = world.id(world.others);
    for account in ["006291823001146", &foreign, "?"] {
        let body = json!({"amount": 10, "rechargeAccount": account});
        let answer = world.transfer(&body).await;
        answer.assert_error(404, "Recharge account not found");
        let answer = world
            .post_to("/v1/internalTransfer", &body.to_string())
            .await;
        answer.assert_old_error(404, "Recharge account not found");
    }
    let own = json!({"amount": 10, "rechargeAccount": world.id(world.main)});
    let message = "Internal Fund Transfer is not allowed for the selected Fund Sources";
    world.transfer(&own).await.assert_error(422, message);
}

#[tokio::test]
async fn the_default_instrument_is_the_tagged_one_and_a_retry_means_the_one_of_then() {
    let world = World::new().await;
    let body = json!({"amount": 10, "rechargeAccount": world.id(world.savings),
        "transferId": "t"});
    let first = world.transfer(&body).await;
    assert_eq!(
        world.get("/v1/getBalance").await.data()["balance"],
        "9990.00"
    );
    world.tag(world.payroll, DEFAULT_TAG).await;
    assert_eq!(
        world.get("/v1/getBalance").await.data()["balance"],
        "500.00"
    );
    let again = world.transfer(&body).await;
    assert_eq!(again.text, first.text);
    assert_eq!(world.balance(world.payroll).await, "500.00");
    let named = json!({"amount": 10, "transferId": "t",
        "paymentInstrumentId": world.id(world.main),
        "toPaymentInstrumentId": world.id(world.savings)});
    world
        .transfer(&named)
        .await
        .assert_error(409, "Transfer Id already exists.");
}
