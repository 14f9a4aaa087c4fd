//! `/core-api/v1/beneficiaries`

use crate::lists::{assert_coded, assert_misfit, transact};
use crate::world::{Answer, World};
use axum::http::Method;
use giro_ledger::{AccountId, Capabilities, Capability, Credential, Grant};
use serde_json::{Value, json};
use std::sync::Arc;

const PATH: &str = "/core-api/v1/beneficiaries";

fn jane() -> Value {
    json!({
        "integratorBeneficiaryId": "my-user-001",
        "type": "INDIVIDUAL",
        "person": {
            "firstName": "Jane",
            "lastName": "Doe",
            "dateOfBirth": "1985-11-20",
            "citizenship": "US",
            "idNumber": "D1234567",
            "email": "jane@example.com",
            "phoneNumber": "+12025550148",
            "address": {
                "streetOne": "1600 Pennsylvania Avenue NW",
                "streetTwo": "Floor 2",
                "city": "Washington",
                "zipcode": "20500",
                "state": "DC",
                "country": "US",
            },
        },
    })
}

async fn ask(world: &World, method: Method, path: &str) -> Answer {
    world.ask(method, path, Some(&world.token), &[], "").await
}

fn path_of(world: &World, account: AccountId) -> String {
    format!("{PATH}/{}", world.id(account))
}

/// The ids on a page.
fn ids(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    let content = json["content"].as_array().expect("a list").iter();
    content
        .map(|one| one["id"].as_str().expect("an id").to_owned())
        .collect()
}

#[tokio::test]
async fn a_beneficiary_is_given_back_as_it_was_created() {
    let world = World::new().await;
    let made = world.post(PATH, &jane()).await;
    let (id, at) = (made.text_of("id"), made.text_of("createdDate"));
    let expected = json!({
        "id": id,
        "integratorId": world.integrator_id(),
        "integratorBeneficiaryId": "my-user-001",
        "type": "INDIVIDUAL",
        "active": true,
        "kycVerified": true,
        "status": "APPROVED",
        "person": jane()["person"],
        "createdDate": at,
        "lastModifiedDate": at,
    });
    assert_eq!((made.status, made.json()), (200, expected.clone()));
    let shown = world.get(&format!("{PATH}/{id}")).await;
    assert_eq!((shown.status, shown.json()), (200, expected.clone()));
    let listed = world.get(&format!("{PATH}?size=1")).await.json();
    let page = json!({
        "content": [expected], "totalElements": 4, "totalPages": 4, "size": 1, "number": 0,
    });
    assert_eq!(listed, page);
}

#[tokio::test]
async fn a_new_beneficiary_receives_and_sends_at_once() {
    let world = World::new().await;
    let made = world.post(PATH, &jane()).await;
    let id = made.text_of("id").parse().expect("a UUID");
    let jane = world.service.account(world.book, id).expect("opened");
    transact(&world, (world.ana, jane), ("USDC", "5"), "USD").await;
    transact(&world, (jane, world.bruno), ("USD", "1"), "USD").await;
}

#[tokio::test]
async fn a_business_is_kept_as_such() {
    let world = World::new().await;
    let business = json!({
        "name": "Doe Ltd",
        "taxId": "12-3456789",
        "email": "books@example.com",
        "phoneNumber": "+12025550148",
        "address": {"country": "US"},
    });
    let body = json!({
        "integratorBeneficiaryId": "a-business", "type": "BUSINESS", "business": business,
        "person": null,
    });
    let made = world.post(PATH, &body).await.json();
    assert_eq!(
        (&made["type"], &made["business"]),
        (&json!("BUSINESS"), &business)
    );
    assert_eq!(made.get("person"), None);
    // A business may also be whoever owns it.
    let person = json!({"firstName": "Jane", "lastName": "Doe"});
    let body = json!({
        "integratorBeneficiaryId": "another", "type": "BUSINESS", "person": person,
    });
    let made = world.post(PATH, &body).await.json();
    assert_eq!(
        (&made["type"], &made["person"]),
        (&json!("BUSINESS"), &person)
    );
}

#[tokio::test]
async fn an_account_of_another_interface_is_a_beneficiary() {
    let world = World::new().await;
    let shown = world.get(&path_of(&world, world.ana)).await.json();
    let expected = json!({
        "id": world.id(world.ana),
        "integratorId": world.integrator_id(),
        "integratorBeneficiaryId": null,
        "type": "INDIVIDUAL",
        "active": true,
        "kycVerified": true,
        "status": "APPROVED",
        "createdDate": shown["createdDate"],
        "lastModifiedDate": shown["lastModifiedDate"],
    });
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn the_integrators_own_id_is_unique_while_its_beneficiary_is_there() {
    let world = World::new().await;
    let first = world.post(PATH, &jane()).await.text_of("id");
    let again = world.post(PATH, &jane()).await;
    assert_coded(&again, 409, "beneficiary.conflict");
    let path = format!("{PATH}/{first}");
    assert_eq!(ask(&world, Method::DELETE, &path).await.status, 204);
    let second = world.post(PATH, &jane()).await;
    assert_eq!(second.status, 200);
    assert_ne!(second.text_of("id"), first);
}

#[tokio::test]
async fn of_many_with_one_id_at_the_same_time_one_is_created() {
    let world = Arc::new(World::new().await);
    let asked = (0..20).map(|_| {
        let world = world.clone();
        tokio::spawn(async move { world.post(PATH, &jane()).await })
    });
    let mut answers = Vec::new();
    for answer in asked.collect::<Vec<_>>() {
        answers.push(answer.await.expect("no panic"));
    }
    let made = answers.iter().filter(|answer| answer.status == 200).count();
    let refused = answers.iter().filter(|answer| answer.status == 409).count();
    assert_eq!((made, refused), (1, 19));
}

#[tokio::test]
async fn everything_that_does_not_fit_is_told_at_once() {
    let world = World::new().await;
    let body = json!({
        "integratorBeneficiaryId": "x".repeat(65),
        "type": "INDIVIDUAL",
        "person": {
            "firstName": "",
            "lastName": 5,
            "dateOfBirth": "20.11.1985",
            "citizenship": "USA",
            "idNumber": "x".repeat(101),
            "email": "jane",
            "phoneNumber": "12025550148",
            "address": {
                "streetOne": "a\nb",
                "city": null,
                "zipcode": true,
                "state": "CALI",
                "country": "U1",
            },
        },
    });
    let answer = world.post(PATH, &body).await;
    assert_misfit(
        &answer,
        &[
            "integratorBeneficiaryId: must have 64 characters at most",
            "person.firstName: must not be blank",
            "person.lastName: must be a string",
            "person.dateOfBirth: must be a date such as 1985-11-20",
            "person.citizenship: must be a country code of 2 letters",
            "person.idNumber: must have 100 characters at most",
            "person.email: must be an e-mail address",
            "person.phoneNumber: must be + and 6 to 20 digits",
            "person.address.streetOne: must not contain control characters",
            "person.address.zipcode: must be a string",
            "person.address.state: must have 3 characters at most",
            "person.address.country: must be a country code of 2 letters",
        ],
    );
    assert_eq!(world.get(PATH).await.json()["totalElements"], 3);
}

#[tokio::test]
async fn single_things_that_do_not_fit() {
    let world = World::new().await;
    let person = json!({"firstName": "Jane", "lastName": "Doe"});
    let once = "must be an object, and have each field once";
    for (body, error) in [
        (
            json!({"type": "INDIVIDUAL", "person": person}),
            "integratorBeneficiaryId: must not be blank".to_owned(),
        ),
        (
            json!({"integratorBeneficiaryId": "a", "person": person}),
            "type: must not be null".to_owned(),
        ),
        (
            json!({"integratorBeneficiaryId": "a", "type": 1}),
            "type: must be a string".to_owned(),
        ),
        (
            json!({"integratorBeneficiaryId": "a", "type": "INDIVIDUAL"}),
            "person: must not be null".to_owned(),
        ),
        (
            json!({"integratorBeneficiaryId": "a", "type": "BUSINESS", "business": 1}),
            format!("business: {once}"),
        ),
        (
            json!({"integratorBeneficiaryId": "a", "type": "INDIVIDUAL", "person": []}),
            format!("person: {once}"),
        ),
        (
            json!({"integratorBeneficiaryId": "a", "type": "INDIVIDUAL",
                "person": {"firstName": "J", "lastName": "D", "address": "x"}}),
            format!("person.address: {once}"),
        ),
        (
            json!({"integratorBeneficiaryId": 7, "type": "INDIVIDUAL", "person": person}),
            "integratorBeneficiaryId: must be a string".to_owned(),
        ),
        (json!([]), "the body is not a JSON object".to_owned()),
    ] {
        assert_misfit(&world.post(PATH, &body).await, &[&error]);
    }
    let body = json!({"integratorBeneficiaryId": "a", "type": "ROBOT", "person": person});
    let answer = world.post(PATH, &body).await;
    assert_coded(&answer, 400, "validation.invalid_enum_value");
    // What does not fit its form comes first.
    let body = json!({"integratorBeneficiaryId": "", "type": "ROBOT"});
    let answer = world.post(PATH, &body).await;
    assert_misfit(&answer, &["integratorBeneficiaryId: must not be blank"]);
    for body in [
        "",
        "{",
        "{\"type\":\"INDIVIDUAL\",\"type\":\"BUSINESS\"}",
        "\u{0}",
    ] {
        let answer = world
            .ask(Method::POST, PATH, Some(&world.token), &[], body)
            .await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.json()["errors"].is_array());
    }
    // What is not known, or empty, is ignored.
    let body = json!({
        "integratorId": "x", "integratorBeneficiaryId": "a", "type": "INDIVIDUAL",
        "person": {"firstName": "Jane", "lastName": "Doe", "email": "", "gender": "OTHER", "address": {}},
    });
    let made = world.post(PATH, &body).await;
    assert_eq!((made.status, &made.json()["person"]), (200, &person));
}

#[tokio::test]
async fn a_long_name_is_kept_whole() {
    let world = World::new().await;
    let long = "é".repeat(100);
    let person = json!({"firstName": long, "lastName": long});
    let body = json!({"integratorBeneficiaryId": "a", "type": "INDIVIDUAL", "person": person});
    let made = world.post(PATH, &body).await;
    assert_eq!((made.status, &made.json()["person"]), (200, &person));
}

#[tokio::test]
async fn in_production_a_webhook_must_be_set_first() {
    let world = World::new().await;
    let book = world.open_book("Production Ltd", false).await;
    let all = Capabilities::all_of_a_book();
    let (client, _) = world.add_client(book, all).await;
    let (user, _) = world.add_user(book, "prod@example.com", all).await;
    let hour = std::time::Duration::from_secs(3600);
    let token = giro_api::dialects::caliza::issue_token(&world.service, client, user, all, hour);
    let refused = world.post_as(&token, PATH, &jane()).await;
    assert_coded(&refused, 412, "callback_url.not_set");
    let hook = "/core-api/v1/integrators/me/webhooks";
    let body = json!({"url": "https://example.com/hook"});
    assert_eq!(world.post_as(&token, hook, &body).await.status, 200);
    assert_eq!(world.post_as(&token, PATH, &jane()).await.status, 200);
    let deposit = json!({"beneficiaryId": "x", "currencyCode": "USD", "value": 1});
    let refused = world
        .post_as(&token, "/core-api/v1/sandbox/deposits", &deposit)
        .await;
    assert_coded(&refused, 412, "operation.not_allowed_outside_sandbox");
}

#[tokio::test]
async fn who_is_disabled_neither_sends_nor_receives_until_enabled() {
    let world = World::new().await;
    let path = path_of(&world, world.ana);
    for (step, active) in [
        ("disable", false),
        ("disable", false),
        ("enable", true),
        ("enable", true),
    ] {
        let answer = ask(&world, Method::POST, &format!("{path}/{step}")).await;
        assert_eq!(
            (answer.status, &answer.json()["active"]),
            (200, &json!(active))
        );
        assert_eq!(world.get(&path).await.text, answer.text);
        for (source, target) in [(world.ana, world.bruno), (world.bruno, world.ana)] {
            let body = json!({
                "beneficiaryId": world.id(source),
                "targetBeneficiaryId": world.id(target),
                "from": {"currencyCode": "USDC", "value": 1},
                "toCurrencyCode": "USDC",
            });
            let answer = world.post("/core-api/v1/simulations", &body).await;
            match active {
                true => assert_eq!(answer.status, 200),
                false => assert_coded(&answer, 412, "beneficiary.operation_not_permitted"),
            }
        }
    }
}

#[tokio::test]
async fn only_who_has_nothing_can_be_deleted() {
    let world = World::new().await;
    let refused = ask(&world, Method::DELETE, &path_of(&world, world.ana)).await;
    assert_coded(&refused, 412, "beneficiary.operation_not_permitted");
    let path = path_of(&world, world.carla);
    let deleted = ask(&world, Method::DELETE, &path).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::DELETE, path.clone()),
        (Method::POST, format!("{path}/enable")),
        (Method::POST, format!("{path}/disable")),
        (Method::GET, format!("{path}/balances")),
        (Method::GET, format!("{path}/balances/detailed")),
    ] {
        let answer = ask(&world, method, &path).await;
        assert_coded(&answer, 404, "beneficiary.not_found");
    }
    let listed = world.get(PATH).await;
    assert_eq!(ids(&listed), [world.id(world.bruno), world.id(world.ana)]);
    assert_eq!(listed.json()["totalElements"], 2);
}

#[tokio::test]
async fn those_of_others_and_the_books_own_accounts_are_not_there() {
    let world = World::new().await;
    let own = world.external(world.book);
    for account in [world.others, own] {
        let path = path_of(&world, account);
        for (method, path) in [
            (Method::GET, path.clone()),
            (Method::DELETE, path.clone()),
            (Method::POST, format!("{path}/disable")),
            (Method::GET, format!("{path}/balances")),
        ] {
            let answer = ask(&world, method, &path).await;
            assert_coded(&answer, 404, "beneficiary.not_found");
        }
    }
    assert_coded(
        &world.get(&format!("{PATH}/x")).await,
        404,
        "beneficiary.not_found",
    );
}

#[tokio::test]
async fn pages_of_beneficiaries_are_sorted_either_way() {
    let world = World::new().await;
    let all = [world.ana, world.bruno, world.carla].map(|one| world.id(one));
    let first = world
        .get(&format!("{PATH}?sort=createdDate,asc&size=2"))
        .await;
    let second = world
        .get(&format!("{PATH}?sort=createdDate,asc&size=2&page=1"))
        .await;
    assert_eq!(
        (ids(&first), ids(&second)),
        (all[..2].to_vec(), all[2..].to_vec())
    );
    let newest = world.get(&format!("{PATH}?size=1")).await;
    assert_eq!(ids(&newest), all[2..]);
    let beyond = world.get(&format!("{PATH}?page=9")).await.json();
    let expected = json!({
        "content": [], "totalElements": 3, "totalPages": 1, "size": 20, "number": 9,
    });
    assert_eq!(beyond, expected);
    let answer = world.get(&format!("{PATH}?sort=name,asc")).await;
    assert_coded(&answer, 400, "validation.invalid_enum_value");
    let answer = world.get(&format!("{PATH}?size=0")).await;
    assert_misfit(&answer, &["size: must be a number from 1 to 1000"]);
}

#[tokio::test]
async fn a_narrowed_user_sees_some_and_sets_no_webhook() {
    let world = World::new().await;
    let grant = Grant {
        accounts: vec![world.bruno],
        ..Grant::default()
    };
    let all = Capabilities::all_of_a_book();
    let credential = Credential::Secret { hash: [7; 32] };
    let user = world
        .admit(world.book, credential, None, all, Some(grant))
        .await;
    let token = world.token_of(user, all);
    let listed = world.get_with(&token, PATH, &[]).await;
    assert_eq!(ids(&listed), [world.id(world.bruno)]);
    let path = path_of(&world, world.ana);
    assert_coded(
        &world.get_with(&token, &path, &[]).await,
        404,
        "beneficiary.not_found",
    );
    let balances = world
        .get_with(&token, "/core-api/v1/integrators/me/balances", &[])
        .await;
    assert_eq!(balances.json()[0]["total"], "10000.00");
    let hook = json!({"url": "https://example.com/hook"});
    let path = "/core-api/v1/integrators/me/webhooks";
    assert_coded(&world.post_as(&token, path, &hook).await, 403, "forbidden");
}

/// Calls with their roles, `{id}` being a beneficiary.
const CALLS: [(&str, &str, &str); 16] = [
    ("GET", "beneficiaries", VIEW),
    ("GET", "beneficiaries/{id}", VIEW),
    ("GET", "beneficiaries/{id}/balances", VIEW),
    ("GET", "beneficiaries/{id}/balances/detailed", VIEW),
    ("GET", "integrators/me/balances", VIEW),
    ("POST", "beneficiaries", MANAGE),
    ("POST", "beneficiaries/{id}/enable", MANAGE),
    ("POST", "beneficiaries/{id}/disable", MANAGE),
    ("DELETE", "beneficiaries/{id}", MANAGE),
    ("GET", "integrators/me", INTEGRATE),
    ("POST", "sandbox/deposits", INTEGRATE),
    ("GET", "integrators/me/webhooks", INTEGRATE),
    ("PATCH", "integrators/me/webhooks", INTEGRATE),
    ("POST", "integrators/me/webhooks", INTEGRATE),
    ("GET", "integrators/me/webhook-secret", INTEGRATE),
    ("POST", "integrators/me/update-webhook-secret", INTEGRATE),
];
const VIEW: &str = "ROLE_VIEW_ACTIVITY";
const MANAGE: &str = "ROLE_MANAGE_PAYMENT_CONTACTS";
const INTEGRATE: &str = "ROLE_INTEGRATOR";

#[tokio::test]
async fn every_call_has_its_role() {
    let world = World::new().await;
    let view = [Capability::AccountsRead].into_iter().collect();
    let view = world.token_of(world.user, view);
    let none = world.token_of(world.user, Capabilities::default());
    for (method, path, role) in CALLS {
        let method: Method = method.parse().expect("a method");
        let path = path.replace("{id}", &world.id(world.ana));
        let path = format!("/core-api/v1/{path}");
        let ask = |token| world.ask(method.clone(), &path, token, &[], "");
        let answer = ask(Some(&none)).await;
        assert_coded(&answer, 403, "forbidden");
        let missing = format!("Role {role} is missing");
        assert_eq!(answer.json()["message"], missing);
        assert_coded(&ask(None).await, 401, "unauthorized");
        if role == VIEW {
            assert_eq!(ask(Some(&view)).await.status, 200, "{path}");
        }
    }
}
