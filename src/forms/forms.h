// An app folder, understood (docs/app-folder.md): data model, layout, expressions, texts, options, rules, validation.
//
// An App is immutable once loaded and shared between threads. Nothing here reads a database, a clock or a party: what
// an expression may see stands in Surroundings. Pages and rules run on the same layout, one expression engine and one
// validator.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/language.h"
#include "base/result.h"
#include "base/rich_text.h"
#include "base/time.h"
#include "forms/data_catalogue.h"
#include "terms/ids.h"

namespace alting::forms {

using base::Json;
using base::Language;
using base::RichText;

// A path in the data: "tid.kjennskap", with row numbers "tiltak.stanse[0].tekst".
using Path = std::string;

struct Fault {  // what `alting check` prints
  std::string file;
  int line = 0;  // 0 when unknown
  std::string message;
};

struct Later {  // a field promised for later
  Path path;
  std::string expected;  // YYYY-MM-DD or ""
  bool automatic = false;
};

struct AttachmentInfo {
  std::string id;         // data element id
  std::string data_type;  // "vedlegg"
  std::string file_name;
  std::int64_t size = 0;
  std::string tag;
};

// What a form shows and judges by, besides its own folder.
struct Surroundings {
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
  std::map<std::string, std::string> sources;   // path -> text id of where a prefilled value came from
  std::map<std::string, std::string> rejected;  // field name -> typed text that does not fit its field, from before
};

enum class Severity : std::uint8_t { error, warning, info, success };
enum class When : std::uint8_t { save, submit };

struct Issue {
  Severity severity = Severity::error;
  Path path;  // "" for the whole form
  std::string component;
  std::string page;
  std::string code;     // "required", "type", "max_length", "expression", "option", "attachments", "stop", ...
  std::string message;  // in the language, ready to show (plain text)
};

enum class ComponentKind : std::uint8_t {
  header,
  paragraph,
  alert,
  input,
  text_area,
  number,
  date,
  date_time,
  time,
  radio,
  checkboxes,
  dropdown,
  group,
  repeating_group,
  upload,
  summary,
};

struct OptionView {
  std::string value;
  RichText label, description, help;
  bool selected = false;  // of a clock's two times and of precisions; elsewhere the answer itself tells
};

// What may be chosen. Fields in many rows that offer the same rows of another group share one list.
class ChoiceList {
 public:
  ChoiceList() = default;
  explicit ChoiceList(std::shared_ptr<const std::vector<OptionView>> options) : options_(std::move(options)) {}
  [[nodiscard]] const OptionView* begin() const { return options_ ? options_->data() : nullptr; }
  [[nodiscard]] const OptionView* end() const { return options_ ? options_->data() + options_->size() : nullptr; }
  [[nodiscard]] std::size_t size() const { return options_ ? options_->size() : 0; }
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] const OptionView& operator[](std::size_t i) const { return (*options_)[i]; }
  [[nodiscard]] const OptionView& at(std::size_t i) const {
    if (i >= size()) throw std::out_of_range("no such option");
    return (*options_)[i];
  }
  [[nodiscard]] bool shares_with(const ChoiceList& other) const { return options_ == other.options_; }

 private:
  std::shared_ptr<const std::vector<OptionView>> options_;
};

// How many rows of a group a question takes its answers from: the first that count.
inline constexpr std::size_t most_row_options = 200;

// A component as it is to be shown now: texts in the language, values filled in, expressions evaluated.
struct ComponentView {
  std::string id;  // unique on the page; rows add "-0"
  ComponentKind kind = ComponentKind::paragraph;
  Path path;  // "" when not bound
  RichText title, description, help;
  RichText body;                       // alert and paragraph
  Severity severity = Severity::info;  // alert
  std::string value;                   // as text; date YYYY-MM-DD, instant RFC 3339
  std::vector<std::string> values;     // checkboxes
  ChoiceList options;
  std::string notice;  // that not all rows can be chosen; "" when there is nothing to say
  bool required = false, read_only = false;
  bool deferrable = false;
  std::optional<Later> later;                   // promised
  bool later_open = false;                      // supplement: was promised in the earlier submission and is still open
  std::string precision_path, precision_value;  // dtp fields
  std::vector<OptionView> precision_options;
  std::size_t max_length = 0;  // code points; 0: none of its own
  std::string width;           // "short", "medium", ""
  std::string autocomplete, input_mode;
  std::string source;  // where a prefilled value came from, as text; "" when typed
  int header_level = 2;
  // date and time that a clock shows twice: which of the two, posted as "<path>.occurrence"; else empty
  std::vector<OptionView> occurrences;
  // repeating group: one vector of children for each row that is shown; group: exactly one
  std::vector<std::vector<ComponentView>> rows;
  std::vector<std::size_t> row_indexes;  // repeating group: each row's number in paths, counted from 0
  std::size_t min_rows = 0, max_rows = 0;
  RichText add_label, remove_label;
  // upload
  std::string data_type;
  std::size_t min_files = 0, max_files = 0;
  std::int64_t max_bytes = 0;
  std::vector<std::string> file_endings;
  std::vector<OptionView> tags;
  std::vector<AttachmentInfo> files;
};

struct PageView {
  std::string id;
  RichText title;
  std::vector<ComponentView> components;  // hidden ones are left out
};

struct DeadlineView {
  std::string id, late_reason_path;
  RichText title, explanation, late_text, in_time_text;
  base::Instant from, target, statutory_end;
  std::optional<base::Instant> lenient_end;
  bool passed = false;       // `now` > statutory_end
  std::string rule_version;  // validFrom of the row, with its source
};

struct StopView {
  RichText title, body;
};

// One row of an overview: what was answered, in words. Follows layout order; hidden components are left out.
struct AnswerView {
  std::string page, page_title;
  Path path;
  std::string component;
  std::string label;
  std::string answer;  // in words, "" when empty
  bool required = false, later = false;
  std::string expected;  // of a promise
  bool changed = false;  // supplement
  std::string before;    // supplement: in words
};

struct Change {  // of a supplement
  Path path;
  Json before, after;  // null when absent
};

struct StartInfo {
  std::string title, topic;
  RichText for_whom, legal_basis, who_sees;
  std::vector<RichText> prepare;
  std::vector<std::string> keywords;
  int minutes = 0;
};

struct Controller {
  std::string organisation_number, name, dpo_email, dpo_phone;
};

struct SupplementTexts {
  RichText ask, start_new, add;
};

// Of one instance, of all its data types together: each is named, with digest and type, in one entry of the log, which
// holds 48 KiB.
inline constexpr std::size_t most_attachments = 100;

class App {
 public:
  virtual ~App() = default;
  [[nodiscard]] virtual const terms::AppId& id() const = 0;
  [[nodiscard]] virtual const std::string& version() const = 0;
  [[nodiscard]] virtual std::string title(Language language) const = 0;
  [[nodiscard]] virtual const std::string& policy_xml() const = 0;
  [[nodiscard]] virtual const std::vector<std::string>& parties_allowed() const = 0;
  [[nodiscard]] virtual const std::string& data_type() const = 0;         // of the form data: "avvik"
  [[nodiscard]] virtual const DataCatalogue& data_catalogue() const = 0;  // empty for a folder of Altinn's
  [[nodiscard]] virtual RichText text(Language language,
                                      std::string_view id) const = 0;  // the id itself when there is none
  [[nodiscard]] virtual StartInfo start(Language language) const = 0;
  [[nodiscard]] virtual Controller controller(Language language) const = 0;
  [[nodiscard]] virtual std::vector<RichText> receipt_next(Language language) const = 0;
  [[nodiscard]] virtual const std::string& summary_title_path() const = 0;  // "" when not declared
  [[nodiscard]] virtual const std::string& own_reference_path() const = 0;
  [[nodiscard]] virtual const std::vector<Path>& agency_columns() const = 0;
  [[nodiscard]] virtual std::string agency_column_label(Language language, const Path& path) const = 0;
  struct UploadRule {
    std::string data_type;
    std::size_t min_count = 0, max_count = 10;
    std::int64_t max_bytes = 0;
    std::vector<std::string> content_types;  // empty: any
    std::vector<std::string> endings;        // ".pdf"
    std::vector<std::string> tags;
  };
  [[nodiscard]] virtual const std::vector<UploadRule>& uploads() const = 0;
  [[nodiscard]] virtual int minimum_authentication_level() const = 0;

  // A new draft's data: schema defaults, then prefill, then the options a layout preselects. `sources` of the surroundings' party map: keys "ER.Name",
  // "ER.OrgNumber", "UserProfile.Email", ...
  struct Prefilled {
    Json data;
    std::map<Path, std::string> sources;  // path -> "ER" | "DSF" | "UserProfile"
  };
  [[nodiscard]] virtual Prefilled prefill(const std::map<std::string, std::string>& sources,
                                          base::Instant now) const = 0;

  [[nodiscard]] virtual std::vector<std::pair<std::string, RichText>> pages(
      const Surroundings& now) const = 0;  // id, title; hidden ones left out
  // error.form.page_too_large when its rows and choices are more than one page can hold (forms/page_size.h).
  [[nodiscard]] virtual base::Result<PageView> page(const Surroundings& now, std::string_view page) const = 0;
  [[nodiscard]] virtual std::vector<AnswerView> answers(const Surroundings& now) const = 0;
  [[nodiscard]] virtual std::vector<DeadlineView> deadlines(const Surroundings& now) const = 0;
  [[nodiscard]] virtual std::vector<StopView> stops(const Surroundings& now) const = 0;

  // Whether a page of this form can show a field at this path, its row numbers written as they are; or, of "list[]", a
  // repeating group at "list".
  [[nodiscard]] virtual bool shows(std::string_view path) const = 0;

  // Sets what a page posted. `fields` are (name, text) pairs in order: name = path; repeated for checkboxes (an empty
  // marker value "" with the name alone says "none"); "later:<path>" = "on" or "", "later-date:<path>"; date and time
  // in parts "<path>.date" and "<path>.time" (local time of Oslo) and, for a time the clock shows twice,
  // "<path>.occurrence" ("first" or "second"), row actions "add-row:<group path>" and
  // "remove-row:<group path>[i]". Unknown or read-only paths are refused. Text that does not fit the type stays out of
  // the data and comes back as an issue with the typed text in `rejected`, so that nothing typed is lost; what was
  // rejected before and not posted again stays there too, and moves with its row. A row that would make a page too
  // large to be shown is not added.
  struct Applied {
    Json data;
    std::vector<Later> later;
    std::vector<Path> changed;
    std::vector<Issue> issues;                    // of type and format only
    std::map<std::string, std::string> rejected;  // field name -> what was typed
    std::vector<std::string> warnings_for;        // paths with a `check` finding
  };
  [[nodiscard]] virtual base::Result<Applied> apply(
      const Surroundings& now, const std::vector<std::pair<std::string, std::string>>& fields) const = 0;

  // All faults of the data: schema, required, options, expression validations, attachments, stops. `submit` also asks
  // for what is required to send.
  [[nodiscard]] virtual std::vector<Issue> validate(const Surroundings& now, When when) const = 0;
  // Removes what hidden fields hold, sets automatic promises: the data as it is to be sent.
  struct Final {
    Json data;
    std::vector<Later> later;
  };
  [[nodiscard]] virtual Final finalise(const Surroundings& now) const = 0;

  [[nodiscard]] virtual bool can_supplement() const = 0;
  [[nodiscard]] virtual SupplementTexts supplement_texts(Language language) const = 0;
  [[nodiscard]] virtual const std::string& supplement_page() const = 0;
  [[nodiscard]] virtual const std::string& supplement_text_path() const = 0;
  // Which field says what kind of message it is, the codes an addition may have and those a new one may have; and the
  // field that names the earlier message. Paths are "" when not declared.
  [[nodiscard]] virtual const std::string& supplement_type_path() const = 0;
  [[nodiscard]] virtual const std::vector<std::string>& supplement_types() const = 0;
  [[nodiscard]] virtual const std::vector<std::string>& new_types() const = 0;
  [[nodiscard]] virtual const std::string& supplement_reference_path() const = 0;
  // Whether a path says something of the addition itself (its kind, what it refers to, its text and the questions that
  // stand beside the text), not of the matter it adds to.
  [[nodiscard]] virtual bool is_about_supplement(const Path& path) const = 0;
  // The field-level difference a supplement makes, and the effective data after it.
  [[nodiscard]] virtual std::vector<Change> changes(const Json& before, const Json& after) const = 0;
  [[nodiscard]] virtual Json merge(const Json& before, const std::vector<Change>& changes) const = 0;
  // A changed field in words, for timelines. `data`: the answers it stands among, which name a row that is chosen;
  // without them (an empty object) such a choice is the code that is stored.
  [[nodiscard]] virtual std::string label(Language language, const Path& path) const = 0;
  [[nodiscard]] virtual std::string in_words(Language language, const Path& path, const Json& value,
                                             const Json& data) const = 0;
  // What kind of attachment its tag says it is; "" without one.
  [[nodiscard]] virtual std::string attachment_kind(Language language, std::string_view data_type,
                                                    std::string_view tag) const = 0;
};

// Every mistake with file and line; an app that has any is not loaded.
struct Loaded {
  std::shared_ptr<const App> app;  // nullptr when there are faults
  std::vector<Fault> faults;       // the first most_faults, and one that says how many more there are
};
inline constexpr std::size_t most_faults = 1'000;
[[nodiscard]] Loaded load_app(const std::filesystem::path& folder);

// All apps below a folder `services/<org>/<app>`; in development a folder that changed on disk is loaded again.
class AppCatalogue {
 public:
  explicit AppCatalogue(std::filesystem::path folder, bool watch);
  ~AppCatalogue();
  [[nodiscard]] std::vector<std::shared_ptr<const App>> all() const;
  [[nodiscard]] std::shared_ptr<const App> find(const terms::AppId& id) const;  // nullptr when there is none
  [[nodiscard]] std::vector<Fault> faults() const;
  // Looks for changes; true when something was loaded anew (its policies must then be loaded too).
  bool refresh();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alting::forms
