// A folder that has been read and checked, with what is looked up in it: which component holds a path, what type it
// wants, what expressions may see. Immutable; App and the readings of its forms share it.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forms/evaluator.h"
#include "forms/folder.h"
#include "forms/form_context.h"
#include "forms/open_answers.h"

namespace alting::forms {

class FormDefinition {
 public:
  // `watch`: told of each expression that is evaluated; for tests.
  explicit FormDefinition(Folder folder, WatchExpression watch = {});

  [[nodiscard]] const Folder& folder() const { return folder_; }
  [[nodiscard]] const Layout& layout() const { return folder_.layout; }
  [[nodiscard]] const Page& page_of(const Component& component) const;
  [[nodiscard]] const TextBook& texts(Language language) const;

  // What stands at a path, by its pattern.
  enum class Role : std::uint8_t { value, precision, group };
  struct Bound {
    int component = -1;
    Role role = Role::value;
  };
  [[nodiscard]] const Bound* bound(std::string_view path) const;
  [[nodiscard]] const Component* component_of(std::string_view path) const;  // nullptr when no page has the path
  [[nodiscard]] bool is_group(std::string_view path) const;
  // All that show the field's value or rows: it may stand on several pages.
  [[nodiscard]] const std::vector<int>& components_at(std::string_view path) const;
  [[nodiscard]] bool can_be_promised(std::string_view path) const;  // one of those is deferrable
  // Whether a page can show this very path, its row numbers written as they are.
  [[nodiscard]] bool has_field(std::string_view path) const;
  [[nodiscard]] bool is_moment(std::string_view path) const;  // a date with a time of day
  [[nodiscard]] SchemaType type_of(std::string_view path) const;
  [[nodiscard]] bool is_list(const Component& component) const;  // its codes are an array in the data

  // Whether the value says that one does not know yet (forms/open_answers.h).
  [[nodiscard]] bool is_open(std::string_view path, const Json* value, std::string_view today) const {
    return open_answers_.is_open(folder_, path, value, today);
  }

  // A code in the type the model wants.
  [[nodiscard]] Json code_value(const Component& component, const std::string& code) const;
  // What a field holds before anyone has touched it, by its preselectedOptionIndex.
  [[nodiscard]] std::optional<Json> preselected(const Component& component, std::string_view today) const;
  // Puts those in where nothing is yet: in the form itself (""), or in one row of a group.
  void preselect(Json& data, const Path& row, std::string_view today) const;

  // What expressions see of a form. Borrows both.
  [[nodiscard]] World world(const FormContext& context, const Json& data) const;
  // Runs the calculations on the data, as the context has it else, until nothing changes; answers what changed.
  std::vector<Path> calculate(const FormContext& context, Json& data) const;

  // An answer in words, and the name of a field with the rows it stands in.
  [[nodiscard]] std::string words(Evaluator& evaluator, Language language, const Path& path, const Json& value) const;
  [[nodiscard]] std::string field_name(Evaluator& evaluator, Language language, const Path& path) const;

 private:
  Folder folder_;
  WatchExpression watch_;
  OpenAnswers open_answers_;
  std::map<std::string, Bound, std::less<>> bound_;
  std::map<std::string, std::vector<int>, std::less<>> components_at_;
};

// Where a component stands in the form's rows, as an expression of it sees that.
[[nodiscard]] Scope scope_of(const FormDefinition& form, const Component& component, Rows rows);

// One visible component in one row.
struct Place {
  const Component* component = nullptr;
  Rows rows;
  [[nodiscard]] Path path() const { return with_rows(component->path(), rows); }
  // The same, and of a repeating group its list of rows; "" when not bound.
  [[nodiscard]] Path answer_path() const {
    return component->repeating ? with_rows(component->group_path(), rows) : path();
  }
  [[nodiscard]] std::string id() const;  // of the component, as ComponentView has it
};
[[nodiscard]] std::string id_in_rows(const Component& component, const Rows& rows);
// Every visible component in layout order, rows of repeating groups after one another; hidden ones are left out.
[[nodiscard]] std::vector<Place> visible_places(Evaluator& evaluator);

}  // namespace alting::forms
