#include "api/idempotency.h"

#include <algorithm>

#include "base/uuid.h"
#include "crypto/hash.h"
#include "instances/instance.h"
#include "store/once.h"
#include "web/router.h"

namespace alting::api {

namespace {

constexpr std::string_view key_header = "idempotency-key";

// A key as the draft writes it, in quotes, or bare as many send it.
base::Result<std::string> key_of(const web::Request& request) {
  const auto malformed = [] {
    return base::make_error(base::ErrorKind::invalid, "error.api.key.malformed",
                            "Idempotency-Key: once, 1 to 255 visible ASCII characters");
  };
  if (std::ranges::count(request.headers, key_header, [](const auto& one) { return std::string_view(one.first); }) > 1)
    return malformed();
  auto key = request.header(key_header);
  if (key.size() >= 2 && key.starts_with('"') && key.ends_with('"')) key = key.substr(1, key.size() - 2);
  const auto good = [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; };
  if (key.empty() || key.size() > longest_idempotency_key || !std::ranges::all_of(key, good)) return malformed();
  return std::string(key);
}

// Parts that hold any octets, so that no two lists are the same text.
std::string digest_of(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const auto part : parts) all += fmt::format("{}:", part.size()) + std::string(part);
  return std::string(crypto::sha256(all));
}

base::Uuid id_of(std::string_view digest) {  // RFC 9562 section 5.8: a UUID of version 8
  auto id = base::Uuid::from_octets(digest.substr(0, 16)).value();
  id.octets[6] = static_cast<std::uint8_t>((id.octets[6] & 0x0f) | 0x80);
  id.octets[8] = static_cast<std::uint8_t>((id.octets[8] & 0x3f) | 0x80);
  return id;
}

std::string content_of(const web::Request& request) {
  auto digest = digest_of({web::to_text(request.method), request.path, request.body});
  for (const auto& [name, value] : request.query) digest = digest_of({digest, name, value});
  for (const auto& [name, value] : request.form) digest = digest_of({digest, name, value});
  for (const auto& file : request.uploads) digest = digest_of({digest, file.field, file.file_name, file.sha256});
  return base::to_hex(digest);
}

}  // namespace

base::Uuid id_from(std::initializer_list<std::string_view> parts) { return id_of(digest_of(parts)); }

base::Result<std::string> post_id_of(const web::Request& request, const login::Caller& caller, const KeyParts& parts,
                                     base::Instant now) {
  if (!request.has_header(key_header)) return base::Uuid::v4(parts.random).text();
  ALTING_TRY(key, key_of(request));
  const auto of_caller = [&](std::string_view what) {
    return id_of(
        digest_of({what, caller.issuer, caller.client_id, caller.consumer, caller.supplier.value_or(""), key}));
  };
  const auto claim = of_caller("content");
  const auto actor = instances::party_holder(caller.actor.party);
  const auto act = "api.call " + content_of(request);
  const auto bound = parts.database.write([&](store::Tx& tx) {
    return store::once(tx, claim, actor, act, now, [&]() -> base::Result<std::string> {
      ALTING_CHECK(parts.quotas.spend(tx, store::Spending::entries, now, caller.actor.party));
      return "bound";
    });
  });
  if (!bound && bound.error().kind == base::ErrorKind::conflict)
    return base::make_error(base::ErrorKind::unprocessable, "error.api.key.other_content",
                            "this Idempotency-Key came with another content before");
  if (!bound) return bound.error();
  return of_caller("act").text();
}

}  // namespace alting::api
