#include "forms/schema.h"

#include <regex>

#include "base/text.h"
#include "base/typed_text.h"
#include "forms/dates.h"
#include "forms/decimal.h"
#include "forms/options.h"
#include "forms/path.h"

namespace alting::forms {

struct Pattern {
  std::regex regex;
};

namespace {

constexpr std::size_t max_nodes = 20'000;
constexpr std::size_t max_pattern_text = 2'000;  // std::regex recurses for each character

std::optional<std::size_t> size_of(const Node& node) {
  auto value = node.json().integer();
  if (!value || *value < 0) return std::nullopt;
  return static_cast<std::size_t>(*value);
}

std::optional<std::string> decimal_of(const Node& node) {
  return node.json().is_number() ? to_decimal(node.json().number_text()) : std::nullopt;
}

SchemaType type_from(std::string_view name) {
  if (name == "object") return SchemaType::object;
  if (name == "array") return SchemaType::array;
  if (name == "string") return SchemaType::string;
  if (name == "number") return SchemaType::number;
  if (name == "integer") return SchemaType::integer;
  if (name == "boolean") return SchemaType::boolean;
  return SchemaType::any;
}

}  // namespace

class ModelReader {
 public:
  ModelReader(const Source& source, std::vector<Fault>& faults) : root_(source), faults_(faults) {}

  Model read() {
    add(root_, 0);
    return std::move(model_);
  }

 private:
  // A schema that is only a reference is the node it names; recursion in the model thus ends.
  int add(const Node& node, int depth) {
    if (const auto ref = node["$ref"]; ref.exists()) return follow(ref, depth);
    if (depth > 60 || model_.nodes_.size() >= max_nodes) {
      if (!std::exchange(too_large_, true)) faults_.push_back(node.fault("the data model is too deep or too large"));
      return -1;
    }
    auto index = static_cast<int>(model_.nodes_.size());
    model_.nodes_.emplace_back();
    fill(index, node, depth);
    return index;
  }

  int follow(const Node& ref, int depth) {
    auto name = std::string(ref.json().text_or(""));
    if (auto known = named_.find(name); known != named_.end()) return known->second;
    auto target = resolve(name);
    if (!target.exists()) {
      faults_.push_back(ref.fault(fmt::format("$ref \"{}\" leads nowhere", name)));
      return -1;
    }
    if (target["$ref"].exists()) return depth > 60 ? -1 : add(target, depth + 1);
    auto index = static_cast<int>(model_.nodes_.size());
    named_.emplace(name, index);
    return add(target, depth + 1);
  }

  [[nodiscard]] Node resolve(std::string_view name) const {
    if (!name.starts_with("#")) return {};
    Node at = root_;
    for (auto part : base::split(name.substr(1), '/')) {
      if (!part.empty()) at = at[base::replace_all(base::replace_all(std::string(part), "~1", "/"), "~0", "~")];
    }
    return at;
  }

  Schema& node(int index) { return model_.nodes_[static_cast<std::size_t>(index)]; }

  // Each keyword is read, or says nothing about answers, or is named.
  void name_unread(const Node& source) {
    static constexpr std::string_view known[] = {"type",
                                                 "properties",
                                                 "required",
                                                 "items",
                                                 "enum",
                                                 "const",
                                                 "minimum",
                                                 "maximum",
                                                 "minLength",
                                                 "maxLength",
                                                 "minItems",
                                                 "maxItems",
                                                 "pattern",
                                                 "format",
                                                 "default",
                                                 "allOf",
                                                 "oneOf",
                                                 "anyOf",
                                                 "$ref",
                                                 "$defs",
                                                 "definitions",
                                                 "title",
                                                 "$schema",
                                                 "$id",
                                                 "description",
                                                 "$comment",
                                                 "examples",
                                                 "info",
                                                 "$anchor",
                                                 "readOnly",
                                                 "writeOnly",
                                                 "deprecated",
                                                 "exclusiveMinimum",
                                                 "exclusiveMaximum",
                                                 "additionalProperties",
                                                 "unevaluatedProperties",
                                                 "id",
                                                 "schemaLocation"};
    for (const auto& [name, item] : source.members()) {
      if (name.starts_with('@') || name.starts_with("x-") || std::ranges::find(known, name) != std::end(known))
        continue;
      model_.unread_.push_back(
          item.fault(fmt::format("the data model says \"{}\", which is not read: nobody holds answers to it", name)));
    }
    static constexpr std::string_view formats[] = {"date", "date-time", "email", "idn-email", ""};
    if (auto format = source.text("format"); std::ranges::find(formats, format) == std::end(formats))
      model_.unread_.push_back(
          source["format"].fault(fmt::format("the format \"{}\" is not read (known: date, date-time, email)", format)));
    for (const auto* choice : {"oneOf", "anyOf"}) {
      auto parts = source[choice].items();
      auto real = std::ranges::count_if(parts, [](const Node& part) { return part.text("type") != "null"; });
      if (real > 1)
        model_.unread_.push_back(
            source[choice].fault(fmt::format("of \"{}\" only the first part that is not null is read", choice)));
    }
  }

  void fill(int index, const Node& source, int depth) {
    name_unread(source);
    read_type(index, source);
    read_limits(index, source);
    for (const auto& [name, item] : source["properties"].members()) {
      auto child = add(item, depth + 1);
      if (child >= 0) node(index).properties.emplace_back(name, child);
    }
    if (!node(index).properties.empty() && node(index).type == SchemaType::any) node(index).type = SchemaType::object;
    if (source["items"].json().is_object()) node(index).items = add(source["items"], depth + 1);
    if (source["required"].exists()) node(index).required_line = source["required"].line();
    for (const auto& item : source["required"].items()) node(index).required.emplace_back(item.json().text_or(""));
    for (auto name : {"allOf", "oneOf", "anyOf"}) join(index, source[name], depth);
  }

  void read_type(int index, const Node& source) {
    const auto type = source["type"];
    if (!type.exists()) return;
    std::string_view name = type.json().text_or("");
    for (const auto& item : type.items()) {
      if (item.json().text_or("") != "null") name = item.json().text_or("");
    }
    node(index).type = type_from(name);
    if (node(index).type == SchemaType::any)
      faults_.push_back(type.fault(fmt::format("unknown type \"{}\" in the data model", name)));
  }

  void read_limits(int index, const Node& source) {
    auto& out = node(index);
    for (const auto& item : source["enum"].items()) out.choices.push_back(item.json());
    if (source["const"].exists()) out.choices = {source["const"].json()};
    out.minimum = decimal_of(source["minimum"]);
    out.maximum = decimal_of(source["maximum"]);
    out.above = decimal_of(source["exclusiveMinimum"]);
    out.below = decimal_of(source["exclusiveMaximum"]);
    out.min_length = size_of(source["minLength"]);
    out.max_length = size_of(source["maxLength"]);
    out.min_items = size_of(source["minItems"]);
    out.max_items = size_of(source["maxItems"]);
    out.format = source.text("format");
    out.title = source.text("title");
    if (source["default"].exists()) out.default_value = source["default"].json();
    auto pattern = source.text("pattern");
    if (pattern.empty()) return;
    try {
      out.pattern = std::make_shared<const Pattern>(Pattern{std::regex(pattern, std::regex::ECMAScript)});
    } catch (const std::regex_error&) {
      faults_.push_back(source["pattern"].fault(fmt::format("the pattern \"{}\" is not understood", pattern)));
    }
  }

  // The parts of allOf add up; of oneOf and anyOf the first that is not null counts.
  void join(int index, const Node& parts, int depth) {
    for (const auto& part : parts.items()) {
      if (part.text("type") == "null") continue;
      auto child = add(part, depth + 1);
      if (child < 0 || child == index) continue;
      auto other = node(child);
      auto& out = node(index);
      if (out.type == SchemaType::any) out.type = other.type;
      for (auto& property : other.properties) out.properties.push_back(std::move(property));
      if (out.required_line == 0) out.required_line = other.required_line;
      for (auto& name : other.required) out.required.push_back(std::move(name));
      if (out.items < 0) out.items = other.items;
      if (out.choices.empty()) out.choices = std::move(other.choices);
      if (!out.minimum) out.minimum = other.minimum;
      if (!out.maximum) out.maximum = other.maximum;
      if (!out.above) out.above = other.above;
      if (!out.below) out.below = other.below;
      if (!out.min_length) out.min_length = other.min_length;
      if (!out.max_length) out.max_length = other.max_length;
      if (!out.min_items) out.min_items = other.min_items;
      if (!out.max_items) out.max_items = other.max_items;
      if (out.format.empty()) out.format = other.format;
      if (!out.pattern) out.pattern = other.pattern;
    }
  }

  Node root_;
  std::vector<Fault>& faults_;
  Model model_;
  std::map<std::string, int> named_;
  bool too_large_ = false;  // told once
};

Model Model::read(const Source& source, std::vector<Fault>& faults) {
  auto model = ModelReader(source, faults).read();
  if (model.nodes_.empty()) model.nodes_.emplace_back();
  model.file_ = source.file;
  if (model.leaves().size() > max_fields) {
    faults.push_back(Node(source).fault(
        fmt::format("the data model has more than {} fields, counted on every path that leads to them", max_fields)));
    model.nodes_.assign(1, {});
  }
  return model;
}

const Schema* Model::find(std::string_view path) const {
  auto parts = parse_path(path);
  if (!parts || nodes_.empty()) return nullptr;
  const auto* node = &nodes_.front();
  for (const auto& part : *parts) {
    if (node->type == SchemaType::array && node->items >= 0) node = &at(node->items);
    auto found = std::ranges::find(node->properties, part.name, &std::pair<std::string, int>::first);
    if (found == node->properties.end()) return nullptr;
    node = &at(found->second);
  }
  return node;
}

namespace {

void add_defaults(const Model& model, const Schema& schema, Json& out, int depth) {
  if (depth > 12) return;
  for (const auto& [name, index] : schema.properties) {
    const auto& child = model.at(index);
    if (child.default_value) {
      out.set(name, *child.default_value);
    } else if (child.type == SchemaType::object) {
      Json inner = Json::object();
      add_defaults(model, child, inner, depth + 1);
      if (inner.size() > 0) out.set(name, std::move(inner));
    }
  }
}

Json ordered(const Model& model, const Schema* schema, const Json& value) {
  if (value.is_array()) {
    const Schema* items = schema != nullptr && schema->items >= 0 ? &model.at(schema->items) : nullptr;
    Json out = Json::array();
    for (const auto& item : value.items()) out.push_back(ordered(model, items, item));
    return out;
  }
  if (!value.is_object()) return value;
  base::JsonObject out;
  auto is_known = [&](const std::string& name) {
    return schema != nullptr &&
           std::ranges::find(schema->properties, name, &std::pair<std::string, int>::first) != schema->properties.end();
  };
  if (schema != nullptr) {
    for (const auto& [name, index] : schema->properties) {
      if (const auto* member = value.find(name)) out.emplace_back(name, ordered(model, &model.at(index), *member));
    }
  }
  for (const auto& [name, member] : value.members()) {
    if (!is_known(name)) out.emplace_back(name, ordered(model, nullptr, member));
  }
  return {std::move(out)};
}

using Params = std::vector<std::pair<std::string, std::string>>;

class Checker {
 public:
  explicit Checker(const Model& model) : model_(model) {}

  void value(const Schema& schema, const Json& json, const std::string& path, int depth) {
    if (depth > 40) return add(path, "too_deep");
    if (json.is_null()) return;
    if (!schema.choices.empty() && std::ranges::find(schema.choices, json) == schema.choices.end())
      return add(path, "option");
    switch (schema.type) {
      case SchemaType::any: return;
      case SchemaType::object: return object(schema, json, path, depth);
      case SchemaType::array: return array(schema, json, path, depth);
      case SchemaType::string: return string(schema, json, path);
      case SchemaType::number:
      case SchemaType::integer: return number(schema, json, path);
      case SchemaType::boolean:
        if (!json.is_bool()) add(path, "not_yes_no");
        return;
    }
  }
  std::vector<SchemaIssue> issues;

 private:
  void add(const std::string& path, std::string code, Params params = {}) {
    if (wrong_ == max_schema_issues) return;
    ++wrong_;
    issues.push_back({path, std::move(code), std::move(params)});
  }
  void add_lacking(const std::string& path, std::string code, Params params = {}) {
    if (issues.size() >= max_schema_issues) return;
    issues.push_back({path, std::move(code), std::move(params), true});
  }

  void object(const Schema& schema, const Json& json, const std::string& path, int depth) {
    if (!json.is_object()) return add(path, "type");
    auto below = [&](const std::string& name) { return path.empty() ? name : path + "." + name; };
    for (const auto& [name, member] : json.members()) {
      auto found = std::ranges::find(schema.properties, name, &std::pair<std::string, int>::first);
      if (found != schema.properties.end())
        value(model_.at(found->second), member, below(name), depth + 1);
      else if (!schema.properties.empty() && name != "altinnRowId")
        add(below(name), "unknown_field");
    }
    for (const auto& name : schema.required) {
      const auto* found = json.find(name);
      if (found == nullptr || found->is_null()) add_lacking(below(name), "required");
    }
  }

  void array(const Schema& schema, const Json& json, const std::string& path, int depth) {
    if (!json.is_array()) return add(path, "type");
    if (schema.max_items && json.size() > *schema.max_items)
      add(path, "max_items", {{"max", std::to_string(*schema.max_items)}});
    if (schema.min_items && json.size() < *schema.min_items)
      add_lacking(path, "min_items", {{"min", std::to_string(*schema.min_items)}});
    if (schema.items < 0) return;
    for (std::size_t i = 0; i < json.size() && wrong_ < max_schema_issues; ++i) {
      value(model_.at(schema.items), json.items()[i], fmt::format("{}[{}]", path, i), depth + 1);
    }
  }

  void string(const Schema& schema, const Json& json, const std::string& path) {
    if (!json.is_string()) return add(path, "type");
    const auto& text = json.as_string();
    auto length = base::code_points(text);
    if (schema.max_length && length > *schema.max_length) {
      add(path, "max_length",
          {{"max", std::to_string(*schema.max_length)}, {"over", std::to_string(length - *schema.max_length)}});
    }
    if (text.empty()) return;
    if (schema.min_length && length < *schema.min_length)
      add(path, "min_length", {{"min", std::to_string(*schema.min_length)}});
    if (schema.format == "date" && !base::is_date(text)) add(path, "not_a_date");
    if (schema.format == "date-time" && !base::from_rfc3339(text)) add(path, "not_a_date_time");
    if ((schema.format == "email" || schema.format == "idn-email") && !is_email(text)) add(path, "not_an_email");
    if (schema.pattern && !matches(*schema.pattern, text)) add(path, "pattern");
  }

  static bool matches(const Pattern& pattern, const std::string& text) {
    if (text.size() > max_pattern_text) return false;
    try {
      return std::regex_search(text, pattern.regex);
    } catch (const std::regex_error&) {
      return false;  // too complex for this text
    }
  }

  void number(const Schema& schema, const Json& json, const std::string& path) {
    auto text = json.is_number() ? to_decimal(json.number_text()) : std::nullopt;
    if (!text) return add(path, schema.type == SchemaType::integer ? "not_a_whole_number" : "not_a_number");
    if (schema.type == SchemaType::integer && !is_whole(*text)) return add(path, "not_a_whole_number");
    if (schema.minimum && compare(*text, *schema.minimum) < 0) add(path, "minimum", {{"min", *schema.minimum}});
    if (schema.maximum && compare(*text, *schema.maximum) > 0) add(path, "maximum", {{"max", *schema.maximum}});
    if (schema.above && compare(*text, *schema.above) <= 0) add(path, "above", {{"min", *schema.above}});
    if (schema.below && compare(*text, *schema.below) >= 0) add(path, "below", {{"max", *schema.below}});
  }

  const Model& model_;
  std::size_t wrong_ = 0;
};

}  // namespace

namespace {

void add_leaves(const Model& model, const Schema& schema, const std::string& path, std::vector<std::string>& out,
                int depth) {
  if (out.size() > max_fields) return;
  const auto* at = &schema;
  if (at->type == SchemaType::array && at->items >= 0) at = &model.at(at->items);
  if (at->properties.empty() || depth > 8) {
    if (!path.empty()) out.push_back(path);
    return;
  }
  for (const auto& [name, index] : at->properties)
    add_leaves(model, model.at(index), path.empty() ? name : path + "." + name, out, depth + 1);
}

}  // namespace

std::vector<std::string> Model::leaves() const {
  std::vector<std::string> out;
  if (!nodes_.empty()) add_leaves(*this, root(), "", out, 0);
  return out;
}

Json Model::defaults() const {
  Json out = Json::object();
  if (!nodes_.empty()) add_defaults(*this, root(), out, 0);
  return out;
}

Json Model::in_order(const Json& data) const { return ordered(*this, nodes_.empty() ? nullptr : &root(), data); }

std::vector<SchemaIssue> check(const Model& model, const Json& data) {
  Checker checker(model);
  if (!model.empty()) checker.value(model.root(), data, "", 0);
  if (data.is_null()) checker.issues.push_back({"", "type", {}});
  return std::move(checker.issues);
}

bool takes(const Model& model, const Schema& schema, const Json& value) {
  Checker checker(model);
  checker.value(schema, value, "", 0);
  return std::ranges::all_of(checker.issues, &SchemaIssue::lacking);
}

std::string fitted(const Model& model, std::string_view path, std::string text) {
  const auto* schema = model.find(path);
  if (schema == nullptr || schema->type != SchemaType::string) return text;
  auto fits = [&](const std::string& one) { return takes(model, *schema, Json(one)); };
  if (fits(text)) return text;
  auto code = base::clean_code(text);
  bool digits = !code.empty() && code.find_first_not_of("0123456789") == std::string::npos;
  return digits && fits(code) ? code : text;
}

bool is_email(std::string_view text) {
  auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || text.find('@', at + 1) != std::string_view::npos)
    return false;
  auto host = text.substr(at + 1);
  auto dot = host.find('.');
  if (dot == std::string_view::npos || dot == 0 || host.back() == '.' || host.size() > 253 ||
      host.find("..") != std::string_view::npos)
    return false;
  return std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || std::string_view("<>()[]\\,;:\"").find(c) != std::string_view::npos;
  });
}

}  // namespace alting::forms
