// A message from an agency to a person or a business: the words its sender and its recipient have in common.
//
// What is sent at once to many is one batch: one text, one set of files, under one key that each recipient and the agency
// hold a wrap of. What each recipient has of it is a message: whether it was opened, confirmed, answered, and in which
// folder it lies. A message belongs to a service, whose policy says who may read it for a party; a confidential one is
// seen only by who was given exactly that service, or by the person whose own post it is.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/language.h"
#include "base/rich_text.h"
#include "base/time.h"
#include "instances/scanner.h"
#include "store/vault.h"
#include "terms/ids.h"

namespace alting::inbox {

using MessageId = terms::UuidId<struct MessageIdTag>;     // of one recipient
using BatchId = terms::UuidId<struct MessageBatchIdTag>;  // of all that was sent at once
using AnswerId = terms::UuidId<struct MessageAnswerIdTag>;
using FileId = terms::UuidId<struct MessageFileIdTag>;

// How the recipient may answer: not at all, by a form of the agency, or with a message back.
struct ReplyWay {
  enum class Kind : std::uint8_t { none, form, message };
  Kind kind = Kind::none;
  std::optional<terms::AppId> form = {};  // of Kind::form
};

// A file that was looked at, scanned and sealed, and waits to be sent with something: a day at most.
struct StagedFile {
  FileId id;
  std::string file_name, media_type;
  std::int64_t size = 0;
  base::Bytes digest;  // SHA-256
};
// What came in to become one.
struct Upload {
  std::string file_name;
  std::filesystem::path file;
  std::int64_t size = 0;                // octets
  instances::StillWanted still_wanted;  // looking at it ends when the asker has gone
  // Where an interface names it before its octets come. Staged again under its id by the same, it is the first that counts.
  std::optional<FileId> id = {};
};
struct MessageFile {
  FileId id;
  std::string file_name, media_type;
  std::int64_t size = 0;
  base::Bytes digest;  // SHA-256
  std::string scan;    // "clean", "unscanned"
  store::Blob blob;
};

// What a route needs to ask for a permit.
struct MessagePlace {
  MessageId id;
  BatchId batch;
  terms::PartyId party;
  terms::AppId service;
  bool confidential = false;
  // read: open it, its files, its receipts; confirm that it was read. remove: archive, take back, delete. complete: answer.
  [[nodiscard]] access::Target target(terms::Action action) const;
};

// A form that was begun as the answer.
struct FormReply {
  terms::InstanceId instance;
  base::Instant begun_at;
  std::optional<base::Instant> sent_at;  // nothing: it is a draft still
};

// Who did something with a message first, as its sender sees it: when, and on what ground, no name.
struct Deed {
  base::Instant at;
  std::string ground;  // evidence's kind: "self", "role", "delegation", "certificate"
  std::string role;    // its role code; "" without one
};

// What one-time ids of this room are used for (store::was_done).
inline constexpr std::string_view message_sent = "message.send", message_confirmed = "message.confirm",
                                  message_replied = "message.answer", message_removed = "message.remove",
                                  message_moved = "message.move", message_recalled = "message.recall";

// Limits on what comes in.
inline constexpr std::size_t max_recipients = 10'000;
inline constexpr std::size_t max_title = 200, max_summary = 1'000, max_body = 100 * 1024, max_answer = 20'000,
                             max_case_reference = 100, max_sender_name = 100, max_override_reason = 500;  // octets
inline constexpr std::size_t max_message_files = 20, max_answer_files = 10;
inline constexpr std::int64_t max_files_octets = 128 * 1024 * 1024;  // of one message, all files
inline constexpr base::Duration publish_ahead = base::Duration::days(365);

// The Markdown of a message, to be shown: no images and no HTML, and of links only http, https and mailto, each with the
// address that it leads to in words beside it.
[[nodiscard]] base::RichNode message_body(std::string_view markdown);

}  // namespace alting::inbox
