//! A fake service on the loopback, and clients that call it.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the stand-in has threads of its own, and whatever goes wrong in them fails the test"
)]

use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use data_review_aws::Clients;

/// Serves each connection in a thread of its own; returns the port.
pub(crate) fn listen(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let serve = serve.clone();
            std::thread::spawn(move || serve(stream.unwrap()));
        }
    });
    port
}

/// Clients of the service at this port.
pub(crate) fn clients(port: u16) -> Clients {
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-north-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::for_tests()))
        .endpoint_url(format!("http://127.0.0.1:{port}"))
        .build();
    Clients::of(&config)
}
