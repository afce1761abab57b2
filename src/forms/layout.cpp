#include "forms/layout.h"

#include "base/text.h"
#include "forms/dates.h"
#include "forms/path.h"

namespace alting::forms {

namespace {

const std::string no_path;

struct Type {
  std::string_view name;  // lower case
  std::string_view spelling;
  std::optional<ComponentKind> kind;
};

// Every component type of Altinn's schema, older spellings included. Those without a kind are read and left out of
// pages.
constexpr std::array types{
    Type{"header", "Header", ComponentKind::header},
    Type{"heading", "Header", ComponentKind::header},
    Type{"paragraph", "Paragraph", ComponentKind::paragraph},
    Type{"text", "Text", ComponentKind::paragraph},
    Type{"alert", "Alert", ComponentKind::alert},
    Type{"panel", "Panel", ComponentKind::alert},
    Type{"input", "Input", ComponentKind::input},
    Type{"textarea", "TextArea", ComponentKind::text_area},
    Type{"number", "Number", ComponentKind::number},
    Type{"date", "Date", ComponentKind::date},
    Type{"datepicker", "Datepicker", ComponentKind::date},
    Type{"timepicker", "TimePicker", ComponentKind::time},
    Type{"radiobuttons", "RadioButtons", ComponentKind::radio},
    Type{"checkboxes", "Checkboxes", ComponentKind::checkboxes},
    Type{"multipleselect", "MultipleSelect", ComponentKind::checkboxes},
    Type{"dropdown", "Dropdown", ComponentKind::dropdown},
    Type{"group", "Group", ComponentKind::group},
    Type{"repeatinggroup", "RepeatingGroup", ComponentKind::repeating_group},
    Type{"fileupload", "FileUpload", ComponentKind::upload},
    Type{"fileuploadwithtag", "FileUploadWithTag", ComponentKind::upload},
    Type{"summary", "Summary", ComponentKind::summary},
    Type{"summary2", "Summary2", ComponentKind::summary},
    Type{"accordion", "Accordion", ComponentKind::group},
    Type{"accordiongroup", "AccordionGroup", ComponentKind::group},
    Type{"cards", "Cards", ComponentKind::group},
    Type{"tabs", "Tabs", ComponentKind::group},
    Type{"grid", "Grid", ComponentKind::group},
    Type{"buttongroup", "ButtonGroup", std::nullopt},
    Type{"actionbutton", "ActionButton", std::nullopt},
    Type{"address", "Address", std::nullopt},
    Type{"addresscomponent", "Address", std::nullopt},
    Type{"addtolist", "AddToList", std::nullopt},
    Type{"attachmentlist", "AttachmentList", std::nullopt},
    Type{"audio", "Audio", std::nullopt},
    Type{"button", "Button", std::nullopt},
    Type{"custom", "Custom", std::nullopt},
    Type{"custombutton", "CustomButton", std::nullopt},
    Type{"divider", "Divider", std::nullopt},
    Type{"iframe", "IFrame", std::nullopt},
    Type{"image", "Image", std::nullopt},
    Type{"imageupload", "ImageUpload", std::nullopt},
    Type{"instanceinformation", "InstanceInformation", std::nullopt},
    Type{"instantiationbutton", "InstantiationButton", std::nullopt},
    Type{"likert", "Likert", std::nullopt},
    Type{"likertitem", "LikertItem", std::nullopt},
    Type{"link", "Link", std::nullopt},
    Type{"list", "List", std::nullopt},
    Type{"map", "Map", std::nullopt},
    Type{"navigationbar", "NavigationBar", std::nullopt},
    Type{"navigationbuttons", "NavigationButtons", std::nullopt},
    Type{"option", "Option", std::nullopt},
    Type{"organisationlookup", "OrganisationLookup", std::nullopt},
    Type{"payment", "Payment", std::nullopt},
    Type{"paymentdetails", "PaymentDetails", std::nullopt},
    Type{"pdfpreviewbutton", "PDFPreviewButton", std::nullopt},
    Type{"personlookup", "PersonLookup", std::nullopt},
    Type{"printbutton", "PrintButton", std::nullopt},
    Type{"signeelist", "SigneeList", std::nullopt},
    Type{"signingactions", "SigningActions", std::nullopt},
    Type{"signingdocumentlist", "SigningDocumentList", std::nullopt},
    Type{"simpletable", "SimpleTable", std::nullopt},
    Type{"subform", "Subform", std::nullopt},
    Type{"video", "Video", std::nullopt},
};

const Type* find_type(std::string_view name) {
  auto lower = base::to_lower(name);
  auto found = std::ranges::find(types, std::string_view(lower), &Type::name);
  return found == types.end() ? nullptr : &*found;
}

std::size_t count_of(const Node& node) {
  auto value = node.json().integer_or(0);
  return value > 0 ? static_cast<std::size_t>(value) : 0;
}

void read_bindings(Component& out, const Node& node, std::vector<Fault>& faults) {
  for (const auto& [name, item] : node.members()) {
    Binding binding;
    binding.line = item.line();
    if (item.json().is_string()) {
      binding.pattern = item.json().as_string();
    } else if (item.json().is_object()) {
      binding.pattern = item.text("field");
      binding.data_type = item.text("dataType");
    }
    if (!parse_path(binding.pattern) || pattern_of(binding.pattern) != binding.pattern) {
      faults.push_back(item.fault(fmt::format("component \"{}\": the binding \"{}\" is not a path", out.id, name)));
      continue;
    }
    out.bindings.emplace(name, std::move(binding));
  }
}

void read_text_bindings(Component& out, const Node& node, std::vector<Fault>& faults) {
  for (const auto& [name, item] : node.members()) {
    auto text = read_text_binding(item, fmt::format("component \"{}\": text \"{}\"", out.id, name), faults);
    if (!text.id.empty() || text.expression) out.texts.emplace(name, std::move(text));
  }
}

void read_number_format(Component& out, const Node& formatting) {
  const auto number = formatting["number"];
  if (!number.json().is_object()) return;
  out.number.prefix = number.text("prefix");
  out.number.suffix = number.text("suffix");
  out.number.pattern = number.text("format");
  out.number.decimal = number.text("decimalSeparator");
  if (number["thousandSeparator"].json().is_string())
    out.number.thousand = number.text("thousandSeparator");
  else if (number["thousandSeparator"].json().bool_or(false))
    out.number.thousand = " ";
  if (auto scale = number["decimalScale"].json().integer(); scale && *scale >= 0 && *scale <= 20)
    out.number.decimals = static_cast<int>(*scale);
}

std::vector<std::string> read_endings(const Node& node) {
  std::vector<std::string> out;
  auto add = [&](std::string_view text) {
    auto ending = base::to_lower(base::trim(text));
    if (ending.empty()) return;
    out.push_back(ending.starts_with('.') ? ending : "." + ending);
  };
  if (node.json().is_string()) {
    for (auto part : base::split(node.json().as_string(), ',')) add(part);
  }
  for (const auto& item : node.items()) add(item.json().text_or(""));
  return out;
}

void read_own_properties(Component& out, const Node& node, std::vector<Fault>& faults) {
  out.deferrable = node["deferrable"].json().bool_or(false);
  for (const auto& item : node["check"].items()) {
    auto name = std::string(item.json().text_or(""));
    if (name != "fnr" && name != "emails" && name != "cards") {
      faults.push_back(
          item.fault(fmt::format("component \"{}\": unknown check \"{}\" (known: fnr, emails, cards)", out.id, name)));
    }
    out.checks.push_back(name);
  }
  out.precision = node.text("precision");
  out.width = node.text("width");
  if (!out.width.empty() && out.width != "short" && out.width != "medium") {
    faults.push_back(node["width"].fault(fmt::format("component \"{}\": width is \"short\" or \"medium\"", out.id)));
  }
}

void read_upload(Component& out, const Node& node) {
  out.min_count = count_of(node["minNumberOfAttachments"]);
  out.max_count = count_of(node["maxNumberOfAttachments"]);
  out.max_bytes = node["maxFileSizeInMB"].json().integer_or(0) * 1024 * 1024;
  // As in Altinn, where the list stands but does not count when this is false.
  if (node["hasCustomFileEndings"].json().bool_or(true)) out.endings = read_endings(node["validFileEndings"]);
}

Severity severity_of(std::string_view name) {
  if (name == "danger" || name == "error") return Severity::error;
  if (name == "warning") return Severity::warning;
  if (name == "success") return Severity::success;
  return Severity::info;
}

void read_kind(Component& out, const Node& node, std::vector<Fault>& faults) {
  auto given = node.text("type");
  const auto* type = find_type(given);
  if (type == nullptr) {
    faults.push_back(node.fault(fmt::format("component \"{}\": unknown component type \"{}\"", out.id, given)));
    out.type = given;
    return;
  }
  out.type = std::string(type->spelling);
  out.kind = type->kind;
  if (out.type == "RepeatingGroup") out.repeating = true;
  if (out.type == "Group" && node["maxCount"].exists() && node["maxCount"].json().integer_or(1) != 1 &&
      node["dataModelBindings"]["group"].exists()) {
    out.repeating = true;
    out.kind = ComponentKind::repeating_group;
  }
  out.time_stamp = node["timeStamp"].json().bool_or(false);
  out.time_stamp_given = node["timeStamp"].json().is_bool();
  if (out.kind == ComponentKind::date && out.time_stamp) out.kind = ComponentKind::date_time;
  if (node["value"].exists() && !node["dataModelBindings"]["simpleBinding"].exists())
    out.kind = ComponentKind::paragraph;
}

DayLimit read_day_limit(const Node& node, const std::string& what, std::vector<Fault>& faults) {
  DayLimit out;
  out.line = node.line();
  if (!node.exists() || node.json().is_null()) return out;
  if (node.json().is_array()) {
    out.expression = compile(node, what, faults);
  } else {
    out.text = std::string(node.json().text_or(""));
    if (!day_of(out.text, "2000-01-01"))
      faults.push_back(node.fault(fmt::format(
          "{} is a day (2026-12-31), \"today\", \"yesterday\", \"tomorrow\", \"oneYearAgo\", \"oneYearFromNow\" or an "
          "expression",
          what)));
  }
  return out;
}

// Properties that are read, or that say how a component looks and not what may be answered. All others are named by
// `alting check`.
bool is_known_property(std::string_view name) {
  static constexpr std::string_view known[] = {
      "id", "type", "dataModelBindings", "textResourceBindings", "required", "readOnly", "hidden", "hiddenRow", "value",
      "format", "formatting", "optionsId", "options", "source", "preselectedOptionIndex", "size", "width",
      "autocomplete", "inputMode", "severity", "variant", "maxLength", "minCount", "maxCount", "minDate", "maxDate",
      "timeStamp", "children", "rows", "rowsBefore", "rowsAfter", "cards", "tabs", "minNumberOfAttachments",
      "maxNumberOfAttachments", "maxFileSizeInMB", "hasCustomFileEndings", "validFileEndings", "deferrable", "check",
      "precision", "bindingToShowInSummary",
      // Looks, and when what is read is told, by Altinn's own descriptions of its components: of every one,
      "grid", "pageBreak", "labelSettings", "renderAsSummary", "forceShowInSummary", "showValidations",
      "validationOnNavigation", "triggers", "saveWhileTyping", "$schema",
      // of choices and files,
      "layout", "showAsCard", "showLabelsInTable", "sortOrder", "alertOnChange", "alertOnDelete", "displayMode",
      // of groups,
      "edit", "tableHeaders", "tableColumns", "stickyHeader", "pagination", "validateOnSaveRow", "groupingIndicator",
      "showGroupingIndicator", "headingLevel", "panel", "openByDefault", "defaultTab", "mediaPosition",
      "minMediaHeight", "minWidth", "color",
      // of what only shows
      "direction", "icon", "showIcon", "componentRef", "pageRef", "largeGroup", "excludedChildren", "display", "target",
      "showPageInAccordion", "isCompact", "hideEmptyFields", "overrides"};
  return std::ranges::find(known, name) != std::end(known);
}

void name_unread(Component& out, const Node& node) {
  for (const auto& [name, item] : node.members()) {
    if (!is_known_property(name)) out.unread.emplace_back(name, item.line());
  }
  for (const auto& [name, item] : node["formatting"]["number"].members()) {
    static constexpr std::string_view known[] = {"prefix",
                                                 "suffix",
                                                 "format",
                                                 "decimalSeparator",
                                                 "thousandSeparator",
                                                 "decimalScale",
                                                 "mask",
                                                 "allowEmptyFormatting",
                                                 "fixedDecimalScale",
                                                 "thousandsGroupStyle"};
    bool says_nothing = name == "allowNegative" && item.json().bool_or(true);
    if (!says_nothing && std::ranges::find(known, name) == std::end(known))
      out.unread.emplace_back("formatting.number." + name, item.line());
  }
  for (const auto* name : {"filter", "addButton", "deleteButton"}) {
    const auto item = node["edit"][name];
    if (item.exists() && !item.json().bool_or(false))
      out.unread.emplace_back(fmt::format("edit.{}", name), item.line());
  }
  if (const auto other = node["panel"]["groupReference"]; other.exists())  // adds rows to another group
    out.unread.emplace_back("panel.groupReference", other.line());
  if (out.type == "TimePicker" && out.time_stamp) out.unread.emplace_back("timeStamp", node["timeStamp"].line());
  bool date = out.type == "Datepicker" || out.type == "Date";
  for (const auto* name : {"minDate", "maxDate"}) {
    if (!date && node[name].exists()) out.unread.emplace_back(name, node[name].line());
  }
  if (node["format"].exists() && !date && out.type != "TimePicker")
    out.unread.emplace_back("format", node["format"].line());
  if (node["source"].exists()) {
    if (!out.is_choice()) out.unread.emplace_back("source", node["source"].line());
    for (const auto* name : {"options", "optionsId", "preselectedOptionIndex"}) {  // the rows come before them
      if (out.is_choice() && node[name].exists()) out.unread.emplace_back(name, node[name].line());
    }
  }
  if (node["maxLength"].exists() && out.kind != ComponentKind::input && out.kind != ComponentKind::text_area)
    out.unread.emplace_back("maxLength", node["maxLength"].line());
}

Component read_component(const Node& node, int page, std::vector<Fault>& faults) {
  Component out;
  out.id = node.text("id");
  out.line = node.line();
  out.page = page;
  read_kind(out, node, faults);
  auto what = [&](std::string_view property) { return fmt::format("component \"{}\": {}", out.id, property); };
  read_bindings(out, node["dataModelBindings"], faults);
  read_text_bindings(out, node["textResourceBindings"], faults);
  out.required = read_flag(node["required"], what("required"), faults);
  out.required_given = node["required"].exists();
  out.read_only = read_flag(node["readOnly"], what("readOnly"), faults);
  out.hidden = read_flag(node["hidden"], what("hidden"), faults);
  out.hidden_row = read_flag(node["hiddenRow"], what("hiddenRow"), faults);
  if (node["value"].exists()) out.value = compile(node["value"], what("value"), faults);
  out.format = node.text("format");
  read_number_format(out, node["formatting"]);
  out.options_id = node.text("optionsId");
  if (node["options"].json().is_array()) {
    out.options = read_options(node["options"], faults);
    out.has_options = true;
  }
  if (node["source"].exists() && out.is_choice()) out.row_source = read_row_source(node["source"], out.id, faults);
  if (auto index = node["preselectedOptionIndex"].json().integer(); index && *index >= 0)
    out.preselected = static_cast<std::size_t>(*index);
  out.autocomplete = node.text("autocomplete");
  auto latest = node.text("maxDate");
  out.asks_past = out.autocomplete == "bday" || latest == "today" || latest == "yesterday" || latest == "oneYearAgo";
  if (out.type == "Datepicker" || out.type == "Date") {
    out.min_date = read_day_limit(node["minDate"], what("minDate"), faults);
    out.max_date = read_day_limit(node["maxDate"], what("maxDate"), faults);
  }
  out.input_mode = node.text("inputMode");
  out.severity = severity_of(node.text(out.type == "Panel" ? "variant" : "severity"));
  out.max_length = count_of(node["maxLength"]);
  out.min_count = count_of(node["minCount"]);
  out.max_count = count_of(node["maxCount"]);
  out.summary_binding = node.text("bindingToShowInSummary");
  if (out.kind == ComponentKind::upload || out.type == "ImageUpload") read_upload(out, node);
  read_own_properties(out, node, faults);
  name_unread(out, node);
  return out;
}

struct ChildName {
  std::string id;
  int line = 0;
  bool outside_rows = false;
};

void add_cells(std::vector<ChildName>& out, const Node& rows, bool outside_rows) {
  for (const auto& row : rows.items()) {
    for (const auto& cell : row["cells"].items()) {
      if (auto id = cell.text("component"); !id.empty()) out.push_back({id, cell.line(), outside_rows});
    }
  }
}

// The ids a component holds, whatever its type calls them.
std::vector<ChildName> child_names(const Node& node) {
  std::vector<ChildName> out;
  bool repeating = node["rowsBefore"].exists() || node["rowsAfter"].exists();
  if (repeating) add_cells(out, node["rowsBefore"], true);
  auto add_all = [&](const Node& children) {
    for (const auto& item : children.items()) {
      auto id = std::string(item.json().text_or(""));
      auto colon = id.find(':');  // "0:name" of groups over several pages
      if (colon != std::string::npos && id.find_first_not_of("0123456789") == colon) id.erase(0, colon + 1);
      if (!id.empty()) out.push_back({id, item.line(), false});
    }
  };
  add_all(node["children"]);
  for (const auto& card : node["cards"].items()) {
    add_all(card["children"]);
    if (auto media = card.text("media"); !media.empty()) out.push_back({media, card.line(), false});
  }
  for (const auto& tab : node["tabs"].items()) add_all(tab["children"]);
  add_cells(out, node["rows"], false);
  if (repeating) add_cells(out, node["rowsAfter"], true);
  return out;
}

void tie_page(Layout& layout, std::size_t first, const std::vector<Node>& nodes, int page, std::vector<Fault>& faults) {
  std::map<std::string, int, std::less<>> here;
  for (std::size_t i = first; i < layout.components.size(); ++i)
    here.emplace(layout.components[i].id, static_cast<int>(i));
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    auto parent = static_cast<int>(first + n);
    for (const auto& child : child_names(nodes[n])) {
      auto found = here.find(child.id);
      auto name = layout.at(parent).id;
      auto fault = [&](std::string message) {
        auto out = nodes[n].fault(std::move(message));
        out.line = child.line;
        faults.push_back(std::move(out));
      };
      if (found == here.end()) {
        fault(fmt::format("component \"{}\": its child \"{}\" is not on this page", name, child.id));
        continue;
      }
      auto& component = layout.components[static_cast<std::size_t>(found->second)];
      if (component.parent >= 0 || found->second == parent) {
        fault(fmt::format("component \"{}\" is a child of both \"{}\" and \"{}\"", child.id,
                          component.parent < 0 ? name : layout.at(component.parent).id, name));
        continue;
      }
      component.parent = parent;
      component.outside_rows = child.outside_rows;
      layout.components[static_cast<std::size_t>(parent)].children.push_back(found->second);
      const auto column = nodes[n]["tableColumns"][child.id]["showInExpandedEdit"];
      if (column.exists() && !column.json().bool_or(true) && nodes[n]["edit"].text("mode") == "hideTable")
        component.hidden_by_parent = true;
    }
  }
  for (std::size_t i = first; i < layout.components.size(); ++i) {
    if (layout.components[i].parent < 0)
      layout.pages[static_cast<std::size_t>(page)].roots.push_back(static_cast<int>(i));
  }
}

}  // namespace

TextBinding read_text_binding(const Node& node, const std::string& what, std::vector<Fault>& faults) {
  TextBinding text;
  text.line = node.line();
  if (node.json().is_string())
    text.id = node.json().as_string();
  else if (node.json().is_array())
    text.expression = compile(node, what, faults);
  else if (!node.json().is_null())
    faults.push_back(node.fault(what + " must be a text id or an expression"));
  return text;
}

const std::string& Component::path() const {
  const auto* simple = binding("simpleBinding");
  if (simple == nullptr && kind == ComponentKind::upload) return no_path;
  return simple == nullptr ? no_path : simple->pattern;
}

const std::string& Component::group_path() const {
  const auto* group = binding("group");
  return group == nullptr ? no_path : group->pattern;
}

std::optional<std::string> day_of(std::string_view text, std::string_view today) {
  if (text == "today") return std::string(today);
  if (text == "yesterday" || text == "tomorrow" || text == "oneYearAgo" || text == "oneYearFromNow") {
    auto parsed = parse_date_time(today);
    const auto* at = std::get_if<DateTime>(&parsed);
    if (at == nullptr) return std::nullopt;
    if (text.starts_with("oneYear")) {
      auto year = at->year + (text == "oneYearAgo" ? -1 : 1);
      auto day = fmt::format("{:04}{}", year, today.substr(4));
      return base::is_date(day) ? day : fmt::format("{:04}-02-28", year);  // of a day in leap years only
    }
    constexpr std::int64_t day_micros = 86'400'000'000;
    auto moved = from_micros(at->wall_micros() + (text == "yesterday" ? -day_micros : day_micros));
    return fmt::format("{:04}-{:02}-{:02}", moved.year, moved.month, moved.day);
  }
  if (base::is_date(text)) return std::string(text);
  if (auto at = to_instant(text)) return base::to_date_oslo(*at);
  return std::nullopt;
}

void read_page(Layout& layout, std::string page, const Node& file, std::vector<Fault>& faults) {
  auto index = static_cast<int>(layout.pages.size());
  const auto data = file["data"];
  layout.pages.push_back({page, "", read_flag(data["hidden"], fmt::format("page \"{}\": hidden", page), faults), {}});
  layout.pages.back().file = file.fault("").file;
  if (!data["layout"].json().is_array()) {
    faults.push_back(file.fault("a layout file needs data.layout, an array of components"));
    return;
  }
  auto first = layout.components.size();
  std::vector<Node> nodes;
  std::set<std::string> seen;
  for (const auto& node : data["layout"].items()) {
    auto id = node.text("id");
    if (id.empty()) {
      faults.push_back(node.fault("a component has no id"));
      continue;
    }
    if (!seen.insert(id).second) {
      faults.push_back(node.fault(fmt::format("two components have the id \"{}\"", id)));
      continue;
    }
    nodes.push_back(node);
    layout.components.push_back(read_component(node, index, faults));
    layout.components.back().file = layout.pages.back().file;
  }
  tie_page(layout, first, nodes, index, faults);
}

void tie_layout(Layout& layout, std::vector<Fault>& faults) {
  for (std::size_t i = 0; i < layout.components.size(); ++i) {
    auto& component = layout.components[i];
    if (!layout.by_id.emplace(component.id, static_cast<int>(i)).second) {
      faults.push_back(
          {component.file, component.line, fmt::format("two components have the id \"{}\"", component.id)});
    }
    bool outside = component.outside_rows;
    std::size_t steps = 0;
    for (int at = component.parent; at >= 0; at = layout.at(at).parent) {
      const auto& parent = layout.at(at);
      if (parent.repeating && !outside) component.groups.insert(component.groups.begin(), parent.group_path());
      outside = parent.outside_rows;
      if (++steps > layout.components.size()) {  // a ring of groups
        faults.push_back(
            {component.file, component.line, fmt::format("component \"{}\" lies inside itself", component.id)});
        layout.components[i].parent = -1;
        break;
      }
    }
  }
}

}  // namespace alting::forms
