#include "main/certificate_door.h"

#include "login/certificate_routes.h"
#include "net/address.h"
#include "web/server.h"

namespace alting::main {

namespace {

constexpr std::size_t chain_headers = 32 * 1024;  // a chain in Client-Cert-Chain (RFC 9440) is some 8 kB

web::ServerOptions door_options(Installation& from) {
  const auto& door = from.settings.login.certificates;
  auto options = from.settings.server;
  options.address = door.address;
  options.port = door.port;
  options.public_url = door.public_url;
  options.upload_folder = from.folder->uploads();
  options.workers = login::CertificateOptions::workers;
  options.metrics_port = 0;
  options.max_header = chain_headers;
  options.certificate_proxies = door.proxies;
  if (door.tls_certificate) {
    options.tls_certificate = door.tls_certificate;
    options.tls_key = door.tls_key;
  } else if (!options.tls_certificate && from.test_authority) {
    const auto own = net::parse_address(door.public_url);
    const auto files =
        from.test_authority->issue_for_server(own ? own->host : "localhost", from.random, from.clock.now());
    options.tls_certificate = files.certificate;
    options.tls_key = files.key;
  }
  options.ask_client_certificate = options.tls_certificate.has_value();
  return options;
}

}  // namespace

struct CertificateDoor::Parts {
  base::Metrics metrics;  // the portal's server counts in the installation's
  std::unique_ptr<web::Server> server;
};

CertificateDoor::CertificateDoor(Installation& from, login::CertificateTurns& turns, const base::Texts& texts,
                                 const web::Assets& assets)
    : parts_(std::make_unique<Parts>()) {
  web::Router router;
  login::add_door_routes(router, {.checks = *from.certificate_checks,
                                  .turns = turns,
                                  .texts = texts,
                                  .assets = assets,
                                  .clock = from.clock,
                                  .metrics = from.metrics,
                                  .mode = from.settings.data.mode,
                                  .portal_url = from.settings.server.public_url});
  parts_->server =
      std::make_unique<web::Server>(door_options(from), std::move(router), from.clock, from.random, parts_->metrics);
}

CertificateDoor::~CertificateDoor() = default;
void CertificateDoor::start() { parts_->server->start(); }
void CertificateDoor::stop() { parts_->server->stop(); }
void CertificateDoor::reload_tls() { parts_->server->reload_tls(); }

}  // namespace alting::main
