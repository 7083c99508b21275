//! hyper on tokio's current-thread runtime, with a response that is made once: what a server costs that does nothing but HTTP.
//!
//! ```text
//! hyper_server FILE      serves FILE's bytes at every path; says `listening on http://ADDRESS/`
//! ```
//!
//! The headers are those of the others in the comparison, so that all send about as many bytes; hyper adds the date.

use std::convert::Infallible;
use std::net::Ipv4Addr;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ACCEPT_RANGES, CONTENT_TYPE, ETAG, HeaderValue, LAST_MODIFIED, SERVER};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args_os()
        .nth(1)
        .ok_or("usage: hyper_server FILE")?;
    let modified = std::fs::metadata(&path)?.modified()?;
    let body = Bytes::from(std::fs::read(path)?);
    let modified = HeaderValue::from_str(&httpdate::fmt_http_date(modified))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let tasks = tokio::task::LocalSet::new();
    tasks.block_on(&runtime, async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        println!("listening on http://{}/", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let (body, modified) = (body.clone(), modified.clone());
            let service = service_fn(move |_: Request<hyper::body::Incoming>| {
                let mut response = Response::new(Full::new(body.clone()));
                let headers = response.headers_mut();
                headers.insert(SERVER, HeaderValue::from_static("hyper"));
                headers.insert(
                    CONTENT_TYPE,
                    HeaderValue::from_static("text/plain; charset=utf-8"),
                );
                headers.insert(LAST_MODIFIED, modified.clone());
                headers.insert(
                    ETAG,
                    HeaderValue::from_static("\"18ea37519fe0a31d-9be1c0-d\""),
                );
                headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
                async move { Ok::<_, Infallible>(response) }
            });
            tokio::task::spawn_local(async move {
                // A client that has gone is no concern of the others.
                let _ = http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    })
}
