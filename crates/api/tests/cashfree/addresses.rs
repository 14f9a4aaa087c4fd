//! Lists of addresses, tokens that are bound to one, and the signature of who has none.

use crate::world::{ALL, Keys, World, from};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PrivateDecryptingKey};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use giro_ledger::{Credential, Setting};
use giro_service::clients::draw_nonce;
use giro_service::rsa::RsaKey;

const HERE: &str = "192.0.2.7";
const THERE: &str = "198.51.100.1";
const NOT_LISTED: &str = "IP not whitelisted";

async fn list(world: &World, networks: &[&str]) {
    let networks = networks.iter().map(|one| one.parse().expect("a network"));
    let setting = Setting::VendorIpAllowList(networks.collect());
    world.set(setting).await;
}

async fn token_at(world: &World, keys: &Keys, address: &str) -> String {
    let answer = world
        .authorize(keys, |request| from(request, address))
        .await;
    let token = answer.data()["token"].clone();
    token.as_str().expect("a token").to_owned()
}

#[tokio::test]
async fn only_listed_addresses_are_let_in() {
    let world = World::new().await;
    let before = token_at(&world, &world.client, THERE).await;
    list(&world, &["192.0.2.0/24", "2001:db8::/32"]).await;
    for address in [HERE, "2001:db8::1", "::ffff:192.0.2.7"] {
        let token = token_at(&world, &world.client, address).await;
        world
            .get_from("/v1/fundsources", &token, address)
            .await
            .data();
        let elsewhere = world.get_from("/v1/fundsources", &token, THERE).await;
        elsewhere.assert_error(403, NOT_LISTED);
    }
    let refused = world
        .authorize(&world.client, |request| from(request, THERE))
        .await;
    refused.assert_old_error(403, NOT_LISTED);
    let unknown = world.authorize(&world.client, |request| request).await;
    unknown.assert_old_error(403, NOT_LISTED);
    let answer = world.get_from("/v1/getBalance", &before, THERE).await;
    answer.assert_old_error(403, NOT_LISTED);
    list(&world, &[]).await;
    world
        .get_from("/v1/getBalance", &before, THERE)
        .await
        .data();
}

#[tokio::test]
async fn a_token_is_good_where_it_was_given_if_the_book_says_so() {
    let world = World::new().await;
    let token = token_at(&world, &world.client, HERE).await;
    world
        .get_from("/v1/fundsources", &token, THERE)
        .await
        .data();
    world.set(Setting::VendorTokensBoundToIp(true)).await;
    world.get_from("/v1/fundsources", &token, HERE).await.data();
    world
        .get_from("/v1/fundsources", &token, "::ffff:192.0.2.7")
        .await
        .data();
    let elsewhere = world.get_from("/v1/fundsources", &token, THERE).await;
    elsewhere.assert_error(403, "Token is not valid");
    let of_unknown_origin = world.get("/v1/fundsources").await;
    of_unknown_origin.data();
    let answer = world.get_from("/v1/fundsources", &world.token, HERE).await;
    answer.assert_error(403, "Token is not valid");
}

/// A client that was given a public key, and the private half, which the server keeps.
async fn client_with_key(world: &World) -> (Keys, RsaKey) {
    let key = RsaKey::draw();
    let credential = Credential::Client {
        nonce: draw_nonce(),
        decryption_key: Some(key.private_der().into()),
    };
    let secret = world
        .service
        .client_secret(&credential)
        .expect("one is known");
    let principal = world.add_principal(world.book, &ALL, None, credential);
    let principal = principal.await;
    let keys = Keys {
        principal,
        id: world.principal_id(principal),
        secret: secret.text(),
    };
    (keys, key)
}

fn sign(key: &RsaKey, text: &str) -> String {
    let private = PrivateDecryptingKey::from_pkcs8(key.private_der()).expect("a key");
    let public = private.public_key();
    let _: aws_lc_rs::encoding::PublicKeyX509Der<'_> = public.as_der().expect("a key");
    let public = OaepPublicEncryptingKey::new(public).expect("a key");
    let mut encrypted = vec![0; public.ciphertext_size()];
    let encrypted = public
        .encrypt(&OAEP_SHA1_MGF1SHA1, text.as_bytes(), &mut encrypted, None)
        .expect("short enough");
    BASE64.encode(encrypted)
}

#[tokio::test]
async fn who_has_no_listed_address_signs() {
    let world = World::new().await;
    let (keys, key) = client_with_key(&world).await;
    let now = world.service.now().0 / 1_000_000;
    let good = sign(&key, &format!("{}.{now}", keys.id));
    let with = |signature: &str, address: &'static str| {
        let (world, keys, signature) = (&world, &keys, signature.to_owned());
        async move {
            let add = |request| from(request, address).header("X-Cf-Signature", signature);
            world.authorize(keys, add).await
        }
    };
    for networks in [&[][..], &["192.0.2.0/24"]] {
        list(&world, networks).await;
        let answer = with(&good, THERE).await;
        let token = answer.data()["token"].as_str().expect("a token").to_owned();
        world
            .get_from("/v1/getBalance", &token, "203.0.113.9")
            .await
            .data();
        let without = world.authorize(&keys, |request| from(request, THERE)).await;
        without.assert_old_error(403, NOT_LISTED);
    }
    token_at(&world, &keys, HERE).await;
    let wrong = [
        sign(&key, &format!("{}.{now}", world.client.id)),
        sign(&key, &format!("{}.{}", keys.id, now - 400)),
        sign(&key, &format!("{}.{}", keys.id, now + 400)),
        sign(&key, &keys.id),
        sign(&key, &format!("{}.now", keys.id)),
        sign(&RsaKey::draw(), &format!("{}.{now}", keys.id)),
        BASE64.encode("short"),
        "?".to_owned(),
    ];
    for signature in wrong {
        for address in [HERE, THERE] {
            let answer = with(&signature, address).await;
            answer.assert_old_error(403, "Signature is not valid");
        }
    }
}

#[tokio::test]
async fn a_signature_of_a_client_without_a_key_is_not_looked_at() {
    let world = World::new().await;
    let add = |request| from(request, HERE).header("X-Cf-Signature", "?");
    world.authorize(&world.client, add).await.data();
    list(&world, &["198.51.100.1/32"]).await;
    let answer = world.authorize(&world.client, add).await;
    answer.assert_old_error(403, NOT_LISTED);
}
