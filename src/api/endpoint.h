// The manner of every machine interface. An interface is a table of endpoints, and all else is made of the table: the
// routes, what is checked before a handler is called, and the OpenAPI document.
//
// Before a handler is called it is sure that: the token is one of those we trust and has one of the scopes, the caller is
// within its limit, every place, every parameter of the query and the body are as the table says, and no other parameter
// was given. No cookie is read or set. A refusal is an Error, and becomes a problem (RFC 9457) in the caller's language.
//
//   {.method = web::Method::get,
//    .path = "/storage/api/v1/instances/{instanceOwnerPartyId}/{instanceGuid}",
//    .operation_id = "getInstance", .summary = "One instance", .tag = "storage",
//    .any_scope = {"altinn:serviceowner/instances.read"},
//    .places = {{"instanceOwnerPartyId", schema::whole()}, {"instanceGuid", schema::formatted("uuid")}},
//    .answers = {{200, "The instance", schema::reference("Instance")}},
//    .handle = [uses](const Call& call) { return one_instance(call, uses); }}
//
// Something done must not be done twice when its answer is lost. What is so by itself (confirming, ending) needs nothing.
// Where a repeated call would make a second thing, the endpoint says `idempotent_key`: a caller may send an
// Idempotency-Key, and the handler gives `call.post_id` to the use case, which does its act under store::once. The act
// and its outcome are then one commit, and whoever asks again, after a crash too, gets the answer to what was done.
// The key belongs to the content that it came with: with other content it is refused (422).
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/schema.h"
#include "base/language.h"
#include "login/callers.h"
#include "web/http.h"

namespace alting::api {

// Of the query, or a place of the path. What it is, its schema says: a text, or what a text can be read as (integer,
// boolean). One whose schema is an array may be given several times; any other once.
struct Parameter {
  std::string name;
  base::Json schema;
  std::string description = {};
  bool required = false;  // a place always is
};

struct Body {
  base::Json schema;              // null: the content is a file
  std::size_t limit = 64 * 1024;  // octets, files aside
  std::string media_type = "application/json";
  // What comes otherwise than as JSON: "multipart/form-data" with fields and files, which `read` makes the JSON of that the
  // schema is of; "application/octet-stream", one file. Files are in Call::request.uploads.
  std::function<base::Result<base::Json>(const web::Request&)> read = {};
  std::size_t file = 0, files = 0, all_files = 0;  // octets of one, how many, octets of all
};

struct Answer {
  int status = 200;
  std::string description;
  base::Json schema = nullptr;                  // null: the content is not JSON, or there is none
  std::string media_type = "application/json";  // "": no content; "*/*": of the type that the resource has
  std::vector<Parameter> headers = {};          // that say something of their own: "Location"
};

struct Call {
  const web::Request& request;
  const login::Caller* caller = nullptr;  // nullptr only where the endpoint asks for no scope
  const base::Json& body;                 // null when the endpoint takes none
  std::string post_id;  // of this call, or of the Idempotency-Key: what store::once takes. "" without idempotent_key
  base::Language language{};  // of Accept-Language
  const std::string& public_url;

  [[nodiscard]] const login::Caller& by() const;  // throws where the endpoint asks for no scope
  [[nodiscard]] std::string_view place(std::string_view name) const { return request.value(name); }
  [[nodiscard]] bool has(std::string_view name) const;               // in the query
  [[nodiscard]] std::string_view text(std::string_view name) const;  // the first of the query, "" for none
  [[nodiscard]] std::vector<std::string_view> texts(std::string_view name) const;  // all of that name
  [[nodiscard]] std::optional<std::int64_t> whole(std::string_view name) const;    // of the query, else a place
  [[nodiscard]] bool flag(std::string_view name, bool otherwise = false) const;
  // The absolute address of this call, and the same with one parameter (a continuation token) of another value.
  [[nodiscard]] std::string address() const;
  [[nodiscard]] std::string address_with(std::string_view name, std::string_view value) const;
};

using Handle = std::function<base::Result<web::Response>(const Call&)>;

struct Endpoint {
  web::Method method = web::Method::get;
  std::string path;          // "/storage/api/v1/instances/{instanceOwnerPartyId}/{instanceGuid}"
  std::string operation_id;  // "getInstance"
  std::string summary;
  std::string tag;  // of the interface, "storage"
  std::string description = {};
  std::vector<std::string> any_scope = {};  // one of these is enough; none: everybody may ask, without a token
  std::vector<Parameter> places = {};       // of the path, all of them
  std::vector<Parameter> query = {};
  std::vector<Parameter> headers =
      {};  // of the interface's own; names as they are written, "X-Ai-InstanceOwnerIdentifier"
  std::optional<Body> body = {};
  std::vector<Answer> answers = {};  // those that are no problem
  bool idempotent_key = false;
  Handle handle = {};
};

// What a value of a query or a place is read as; nothing when it is no such thing.
[[nodiscard]] std::optional<std::int64_t> whole_from(std::string_view text);
[[nodiscard]] std::optional<bool> flag_from(std::string_view text);  // also as .NET writes it: "True"

// The empty answer of a call that did what was asked.
[[nodiscard]] web::Response no_content();

}  // namespace alting::api
