//! Lists and their pages.

use crate::world::World;
use serde_json::{Value, json};

/// All items of a list, page by page.
async fn walk(world: &World, path: &str, size: usize) -> Vec<Value> {
    let mut items = Vec::new();
    let mut token = String::new();
    loop {
        let path = format!("{path}page_size={size}&page_token={token}");
        let page = world.get(&path).await;
        assert_eq!(page.status, 200, "{page:?}");
        let json = page.json();
        let found = json["items"].as_array().expect("a list");
        assert!(found.len() <= size, "{json}");
        items.extend(found.iter().cloned());
        match json["next_page_token"].as_str() {
            Some(next) => token = next.to_owned(),
            None => return items,
        }
    }
}

#[tokio::test]
async fn every_list_is_the_same_in_pages_of_any_size() {
    let world = World::new().await;
    let (main, master) = (world.client_ref(world.main), world.master_ref());
    for number in 0..7 {
        let number = number.to_string();
        let target = if number == "3" {
            &master
        } else {
            &world.client_ref(world.savings)
        };
        let made = world
            .transfer(&number, &world.order_of(&main, target, "1"))
            .await;
        assert_eq!(made.status, 202);
        let name = json!({"display_name": number, "scope_ref": world.enterprise_ref()});
        assert_eq!(world.post("/clients", &number, &name).await.status, 201);
        assert_eq!(
            world.post("/client-accounts", &number, &name).await.status,
            201
        );
    }
    for (path, length) in [
        ("/internal-transfers?".to_owned(), 7),
        ("/internal-transfers?status=executed&".to_owned(), 7),
        ("/internal-transfers?status=failed&".to_owned(), 0),
        ("/internal-transfers?status=requested&".to_owned(), 0),
        (format!("/internal-transfers?account_ref={main}&"), 7),
        (format!("/internal-transfers?account_ref={master}&"), 1),
        ("/client-accounts?".to_owned(), 9),
        (
            format!("/client-accounts?scope_ref={}&", world.enterprise_ref()),
            9,
        ),
        ("/clients?".to_owned(), 7),
        ("/master-accounts?".to_owned(), 1),
    ] {
        let whole = walk(&world, &path, 200).await;
        assert_eq!(whole.len(), length, "{path}");
        for size in [1, 2, 7] {
            assert_eq!(walk(&world, &path, size).await, whole, "{path} {size}");
        }
    }
    let newest = world.get("/internal-transfers?page_size=1").await.json();
    let read = format!(
        "/internal-transfers/{}",
        newest["items"][0]["id"].as_str().expect("an id")
    );
    assert_eq!(world.get(&read).await.json(), newest["items"][0]);
}

#[tokio::test]
async fn a_page_size_or_token_that_makes_no_sense_is_an_invalid_request() {
    let world = World::new().await;
    for number in ["1", "2"] {
        let name = json!({"display_name": number});
        assert_eq!(world.post("/clients", number, &name).await.status, 201);
    }
    let page = world.get("/clients?page_size=1").await;
    let others = page.text_of("next_page_token");
    for list in [
        "internal-transfers",
        "client-accounts",
        "master-accounts",
        "enterprises",
        "approvals",
    ] {
        for size in ["0", "201", "-1", "+1", "x", "1.5", "99999999999999999999"] {
            let answer = world.get(&format!("/{list}?page_size={size}")).await;
            answer.is_error(400, "invalid_request", "invalid_page_size");
        }
        for token in ["x", "AAAA", &others] {
            let answer = world.get(&format!("/{list}?page_token={token}")).await;
            answer.is_error(400, "invalid_request", "invalid_page_token");
        }
    }
    let answer = world.get("/internal-transfers?status=done").await;
    answer.is_error(400, "invalid_request", "invalid_status");
    let answer = world.get("/internal-transfers?account_ref=x").await;
    answer.is_error(400, "invalid_request", "invalid_reference");
}
