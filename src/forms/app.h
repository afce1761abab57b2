// An app folder, understood (docs/app-folder.md): data model, layout, expressions, texts, options, rules, validation.
//
// An App is immutable once loaded and shared between threads. It tells what is so of every form of its kind; what is so
// of one, with its answers, tells a Reading.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/language.h"
#include "base/result.h"
#include "base/rich_text.h"
#include "base/time.h"
#include "forms/data_catalogue.h"
#include "forms/form_context.h"
#include "forms/path.h"
#include "forms/printed_form.h"
#include "forms/reading.h"
#include "forms/texts.h"
#include "terms/ids.h"

namespace alting::forms {

class FormDefinition;

// Of one instance, of all its data types together: each is named, with digest and type, in one entry of the log, which
// holds 48 KiB.
inline constexpr std::size_t max_attachments = 100;

struct UploadRule {
  std::string data_type;
  std::size_t min_count = 0, max_count = 10;
  std::int64_t max_bytes = 0;              // of one file, in octets; 0: no limit of its own
  std::vector<std::string> content_types;  // empty: any
  std::vector<std::string> endings;        // ".pdf"
  std::vector<std::string> tags;
};

// What an addition to what was sent is, and what it says of itself. Paths are "" when not declared.
struct SupplementFacts {
  bool declared = false;    // the form takes additions
  std::string page;         // the one page of an addition; "": all pages are walked
  std::string attachments;  // the data type of the files that are asked for there
  Path text_path;
  // Which field says what kind of message it is, and the codes an addition may have; and the field that names the
  // earlier message.
  Path type_path;
  std::vector<std::string> types;
  Path reference_path;
};

// One of the ways through a form: the pages that are walked, in this order. All other pages keep their meaning.
struct Way {
  std::string code;
  int minutes = 0;
  std::vector<std::string> pages;
};

// What the folder says once for all forms made of it.
struct AppFacts {
  terms::AppId id;
  std::string version = "1";
  std::string policy_xml;
  // A service whose agency only sends messages: nothing in it can be filled in, and it has no data.
  bool messages_only = false;
  std::vector<std::string> parties_allowed;
  std::string data_type;         // of the form data: "avvik"
  DataCatalogue data_catalogue;  // empty for a folder of Altinn's; what the privacy statement will tell of a form
  Path summary_title_path;       // "" when not declared
  Path later_sentence_path;      // the answer that confirms that the rest comes later; "" when there is none
  Path later_date_path;          // the answer that says which day the rest comes, "YYYY-MM-DD"; "" when there is none
  std::vector<Path> agency_columns;
  Path way_path;  // the answer that says which way is gone; "" when there is one
  std::string default_way;
  std::vector<Way> ways;  // none: all pages are walked
  std::vector<UploadRule> uploads;
  int minimum_authentication_level = 3;
  SupplementFacts supplement;
};

struct StartInfo {
  std::string title, topic;
  RichText lead;  // the first line: what counts most before one begins
  RichText for_whom, legal_basis, who_sees;
  std::vector<RichText> prepare;
  std::vector<RichText> other_ways;  // how to reach the agency when the portal is down
  std::vector<std::string> keywords;
  int minutes = 0;  // of the default way, where there are several
};

struct WayTexts {
  std::string code;
  int minutes = 0;
  RichText title, text;
};

struct Controller {
  std::string organisation_number, name, dpo_email, dpo_phone;
};

struct SupplementTexts {
  RichText ask, start_new, add;
};

struct Prefilled {
  Json data;
  std::map<Path, std::string> sources;  // path -> "ER" | "DSF" | "UserProfile"
};

struct Change {  // of a supplement
  Path path;
  Json before, after;  // null when absent
};

class App {
 public:
  explicit App(std::shared_ptr<const FormDefinition> form);  // load_app makes it

  [[nodiscard]] const AppFacts& facts() const;
  [[nodiscard]] bool messages_only() const { return facts().messages_only; }

  // Texts.
  [[nodiscard]] std::string title(Language language) const;
  [[nodiscard]] RichText text(Language language, std::string_view id) const;  // the id itself when there is none
  [[nodiscard]] const TextBook& texts(Language language) const;               // all, as the folder has them
  [[nodiscard]] const StartInfo& start(Language language) const;
  [[nodiscard]] std::vector<WayTexts> way_texts(Language language) const;  // in the folder's order; none: one way
  [[nodiscard]] Controller controller(Language language) const;
  [[nodiscard]] std::vector<RichText> receipt_next(Language language) const;
  [[nodiscard]] SupplementTexts supplement_texts(Language language) const;
  [[nodiscard]] std::string agency_column_label(Language language, const Path& path) const;
  // What kind of attachment its tag says it is; "" without one.
  [[nodiscard]] std::string attachment_kind(Language language, std::string_view data_type, std::string_view tag) const;
  // A changed field in words, for timelines. `data`: the answers it stands among, which name a row that is chosen;
  // without them (an empty object) such a choice is the code that is stored.
  [[nodiscard]] std::string label(Language language, const Path& path) const;
  [[nodiscard]] std::string in_words(Language language, const Path& path, const Json& value, const Json& data) const;

  // A new draft's data: schema defaults, then prefill, then the options a layout preselects. Keys of `sources`:
  // "ER.Name", "ER.OrgNumber", "UserProfile.Email", ...
  [[nodiscard]] Prefilled prefill(const std::map<std::string, std::string>& sources, base::Instant now) const;

  // Which way these answers go: the default one where they do not say, as drafts begun before there were ways do not.
  // nullptr: the form has one way.
  [[nodiscard]] const Way* way_of(const Json& data) const;
  // The answers that go this way; "" is the default one. "error.form.way" when the form does not have it.
  [[nodiscard]] base::Result<Json> with_way(Json data, std::string_view code) const;

  // Whether a page of this form can show a field at this path, its row numbers written as they are; or, of "list[]", a
  // repeating group at "list".
  [[nodiscard]] bool shows(std::string_view path) const;
  // Whether a page shows a date with a time of day at this path.
  [[nodiscard]] bool is_moment(std::string_view path) const;

  // Whether a path says something of the addition itself (its kind, what it refers to, its text and the questions that
  // stand beside the text), not of the matter it adds to.
  [[nodiscard]] bool is_about_supplement(const Path& path) const;
  // The field-level difference a supplement makes, and the effective data after it.
  [[nodiscard]] std::vector<Change> changes(const Json& before, const Json& after) const;
  [[nodiscard]] Json merge(const Json& before, const std::vector<Change>& changes) const;

  // All questions of a new form, for paper, with the codes that may be chosen on that day. Each field once; additions
  // aside.
  [[nodiscard]] std::vector<PrintedPage> printed(Language language, base::Instant now) const;

  // The form with these answers.
  [[nodiscard]] Reading read(FormContext context) const;

 private:
  [[nodiscard]] StartInfo read_start(Language language) const;
  std::shared_ptr<const FormDefinition> form_;
  std::map<Language, StartInfo> starts_;  // read once: lists of forms show it of each
};

}  // namespace alting::forms
