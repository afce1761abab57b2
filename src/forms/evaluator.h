// Evaluates expressions against one form's data and context. One Evaluator serves one reading of a form: it remembers
// what expressions answered and which components are hidden, so that each is worked out once.
//
// Evaluation changes nothing but that memory. All arguments are evaluated, left to right, before the function runs.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/rich_text.h"
#include "forms/expression.h"
#include "forms/form_context.h"
#include "forms/layout.h"
#include "forms/path.h"
#include "forms/texts.h"

namespace alting::forms {

// Told of each expression as it is evaluated, with the rows it stands in; not of its parts.
using WatchExpression = std::function<void(const Expr& expr, const Rows& rows)>;

// An answer that says that one does not know yet, and the components that show it.
struct OpenAnswer {
  Path path;
  std::vector<const Component*> components;
};

// What expressions can see. Everything is borrowed and outlives the Evaluator.
struct World {
  const Layout* layout = nullptr;
  std::vector<std::pair<std::string, const Json*>> data;  // data type and data; the first is the default
  std::string language = "nb";
  const TextBook* texts = nullptr;
  const OptionBook* options = nullptr;
  std::string today;         // YYYY-MM-DD: which code lists are in force
  std::string zone = "UTC";  // "UTC" or "Europe/Oslo": how instants are shown
  base::Instant now;
  std::map<std::string, std::string> instance;         // instanceContext
  Json frontend_settings, external_apis, permissions;  // objects
  std::map<std::string, std::size_t> element_counts;   // data elements by data type
  std::vector<AttachmentInfo> attachments;
  std::vector<Later> later;
  std::function<std::vector<OpenAnswer>()> open_answers;  // promises too, where they are shown
  bool supplement = false;
  std::string action;        // gatewayAction
  std::string link_base;     // in front of links to pages
  bool plain_links = false;  // links as Markdown instead of HTML
  std::function<Outcome(const std::string& id, const std::string& field)> rule;
  std::function<Outcome(const std::string& id, const std::string& moment)> deadline;  // moment: "" for its target
  WatchExpression watch;                                                              // for tests
};

// The rows of `context` that the groups of `target` need; nothing when one is not among them.
[[nodiscard]] std::optional<Rows> reach(const Component& target, const Rows& context);

// What one text may become with all that is filled into it.
inline constexpr std::size_t max_text_octets = 65'536;

// Where an expression stands.
struct Scope {
  const Component* component = nullptr;
  Rows rows;
  std::string page;
  const std::vector<Json>* argv = nullptr;
  const Json* values = nullptr;  // an object behind `value`
  std::string default_value;     // its default key
};

class Evaluator {
 public:
  explicit Evaluator(const World& world) : world_(world) {}

  // Works an expression out anew.
  [[nodiscard]] Outcome evaluate(const Expr& expr, const Scope& scope);
  // What it answers in this scope: evaluated when it is first asked for and remembered.
  [[nodiscard]] Outcome answer(const Expr& expr, const Scope& scope);
  // A flag's answer, remembered; `fallback` when its expression fails.
  [[nodiscard]] bool test(const Flag& flag, const Scope& scope, bool fallback = false);

  // A resource's value in the language with its variables filled in; the id itself, as its maker's words, when there is
  // none. What is filled in is never markup. A text is not filled in with itself, and one that becomes longer than
  // max_text_octets ends there with "…".
  [[nodiscard]] base::RichText text(std::string_view id, const Scope& scope);
  [[nodiscard]] base::RichText text(const TextBinding& binding, const Scope& scope);
  [[nodiscard]] base::RichText text_of(const Component& component, std::string_view name,
                                       const Scope& scope);  // empty when not bound
  // What the function "text" answers to other functions: markup and values are one text. Not to be shown.
  [[nodiscard]] std::string source_of_text(std::string_view id, const Scope& scope);

  [[nodiscard]] bool page_hidden(int page);
  // Hidden by itself, its row, its groups or its page. `rows` has one row for each of the component's groups.
  [[nodiscard]] bool hidden(const Component& component, const Rows& rows);
  [[nodiscard]] bool row_hidden(const Component& group, const Rows& rows);  // `rows` includes the group's own
  // How many rows the data has for a group in these rows; which of them are shown, counted from 0.
  [[nodiscard]] std::size_t row_count(const Component& group, const Rows& rows) const;
  [[nodiscard]] const std::vector<std::size_t>& shown_rows(const Component& group, const Rows& rows);
  // How people count a row: as the first, second, ... of those shown. `row` counts from 0 over all, the answer from 1.
  [[nodiscard]] std::size_t row_number(const Component& group, const Rows& rows, std::size_t row);

  // The component and its row as seen from the scope; an error text when it does not exist or cannot be reached.
  struct Found {
    const Component* component = nullptr;
    Rows rows;
  };
  [[nodiscard]] std::expected<Found, std::string> find_component(std::string_view id, const Scope& scope) const;
  [[nodiscard]] std::expected<const Json*, std::string> bound_value(const Binding& binding, const Rows& rows) const;
  // `data_rows`: the row of the asker, which may be further in than the component itself (rowsBefore of a group bound
  // into its rows).
  [[nodiscard]] Outcome component_value(const Component& component, const Rows& rows, const Rows& data_rows);
  [[nodiscard]] Outcome display_value(const Component& component, const Rows& rows);
  [[nodiscard]] std::string option_label(const Component& component, const std::string& code, const Scope& scope);
  // What the component may be answered with in these rows. With `source`: one for each row that counts and has a value;
  // of rows with the same value the first.
  [[nodiscard]] const std::vector<Option>& options_of(const Component& component, const Rows& rows);
  // Whether there are rows past those that can be chosen (max_row_options).
  [[nodiscard]] bool has_more_options(const Component& component, const Rows& rows);
  // Of an option's label, description or help: what is to be read.
  [[nodiscard]] base::RichText option_words(const Option& option, const std::string& text_id, const Scope& scope);
  // The rows there are of a `source`, seen from `rows`: each with the code it stands for, "" while it has no value.
  struct SourceRow {
    Rows rows;
    std::string code;
  };
  [[nodiscard]] const std::vector<SourceRow>& source_rows(const RowSource& source, const Rows& rows);
  // Whether a row of a `source` is shown, and the field of its value in it. What no page has counts as it is stored.
  [[nodiscard]] bool row_counts(const RowSource& source, const Rows& row);
  [[nodiscard]] const Json* data_of(std::string_view type) const;  // nullptr: no such type; "" is the default

  [[nodiscard]] const World& world() const { return world_; }
  // What is promised for later, as it will be on sending: by hand, and by open answers. Expressions read it here and
  // nowhere else, so that it is known whether one did.
  [[nodiscard]] const std::vector<Later>& promises();
  [[nodiscard]] bool asked_promises() const { return asked_promises_; }
  // From now on also what `other` remembers, where nothing but promises may differ from what is seen here. To be called
  // between lists, as renew_steps(), and after that of `other`. Nothing comes over when an expression there asked for
  // promises.
  void take_over(const Evaluator& other);
  // A limit of steps is for one list of answers, not for all that one Evaluator makes. To be called between lists: where
  // the steps ran out, what was taken as visible for that is forgotten, and references to it end.
  void renew_steps();

 private:
  [[nodiscard]] Outcome run(const Expr& expr, const Scope& scope);
  [[nodiscard]] bool has_steps() const;
  [[nodiscard]] bool is_to_keep(const Outcome& value) const;
  [[nodiscard]] bool holds(const Flag& flag, const Scope& scope);             // evaluated anew
  using TakePart = std::function<void(std::string_view part, bool written)>;  // by the folder's maker
  void add_text(std::string_view id, const Scope& scope, const TakePart& take);
  void add_variable(const TextVariable& variable, const Scope& scope, const TakePart& take);
  void fill_in(const TextResource& text, const Scope& scope, const TakePart& take);
  void give(std::string_view part, bool written, const TakePart& take);
  [[nodiscard]] const TextResource* resource_of(std::string_view id) const;  // nullptr when there is none
  // `known`: what the whole of it answers, when that has been worked out.
  [[nodiscard]] base::RichText answer_of(const Expr& expr, const Scope& scope, const Json* known = nullptr);
  struct RowOptions {
    std::vector<Option> first;
    bool more = false;
  };
  [[nodiscard]] const RowOptions& row_options(const RowSource& source, const Rows& rows);
  [[nodiscard]] Option row_option(const RowSource& source, const SourceRow& row);
  [[nodiscard]] std::string row_label(const RowSource& source, const std::string& code, const Rows& rows);
  enum class Memo : std::uint8_t { working, no, yes };
  using Key = std::pair<const Component*, std::vector<std::size_t>>;
  using AnswerKey = std::tuple<const Expr*, const Component*, std::vector<std::size_t>>;
  [[nodiscard]] static std::optional<AnswerKey> key_of(const Expr& expr, const Scope& scope);
  const World& world_;
  std::map<AnswerKey, Outcome> answers_;
  std::map<AnswerKey, base::RichText> rich_answers_;
  std::map<Key, Memo> hidden_;
  std::map<int, Memo> pages_;
  std::map<Key, std::vector<std::size_t>> shown_rows_;
  using SourceKey = std::pair<const RowSource*, std::vector<std::size_t>>;
  std::map<SourceKey, std::vector<SourceRow>> source_rows_;
  std::map<SourceKey, RowOptions> row_options_;
  std::optional<std::vector<Later>> promises_;
  bool looks_for_promises_ = false;
  std::vector<std::string_view> open_texts_;  // those being filled in, outermost first
  std::size_t text_room_ = 0;                 // octets the outermost of them may still take, and one for each part
  std::size_t texts_at_work_ = 0;
  std::size_t steps_ = 0;
  int depth_ = 0;
  bool asked_promises_ = false;
};

}  // namespace alting::forms
