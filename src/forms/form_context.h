// What a form shows and judges by, besides its own folder: the answers, who asks, and when. Nothing of `forms` reads a
// database, a clock or a party; whoever does puts it here.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/language.h"
#include "base/time.h"
#include "forms/path.h"
#include "forms/posted.h"

namespace alting::forms {

using base::Json;
using base::Language;

// A field promised for later. It is empty, or holds an answer that says that one does not know yet (forms/open_answers.h).
struct Later {
  Path path;
  std::string expected;  // YYYY-MM-DD or ""
  bool automatic = false;
  bool operator==(const Later&) const = default;
};
// The promise of this field, of those there are; nullptr when it is not promised.
[[nodiscard]] const Later* promise_at(const std::vector<Later>& later, std::string_view path);

struct AttachmentInfo {
  std::string id;         // data element id
  std::string data_type;  // "vedlegg"
  std::string file_name;
  std::int64_t size = 0;  // octets
  std::string tag;
};

struct FormContext {
  Language language = Language::nb;
  base::Instant now;
  Json data = Json::object();
  std::vector<Later> later;
  std::vector<AttachmentInfo> attachments;
  bool supplement = false;
  Json before = Json::object();  // supplement: the effective data it adds to
  std::vector<Later> open;       // supplement: fields still promised there
  std::map<std::string, std::string>
      party;  // instanceContext and prefill sources: "instanceOwnerPartyType" (org|person), "name", "orgNumber", ...
  std::map<Path, std::string> sources;  // path -> text id of where a prefilled value came from
  TypedTexts rejected;                  // typed text that does not fit its field, from before
};

}  // namespace alting::forms
