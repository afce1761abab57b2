#include "store/sql.h"

namespace alting::store {
namespace {

std::string_view word_of(std::string_view name, Engine engine) {
  const bool postgresql = engine == Engine::postgresql;
  if (name == "blob") return postgresql ? "BYTEA" : "BLOB";
  if (name == "lock") return postgresql ? "FOR UPDATE" : "";
  if (name == "skip_locked") return postgresql ? "FOR UPDATE SKIP LOCKED" : "";
  throw DatabaseError(fmt::format("unknown word in braces in SQL: {{{}}}", name));
}

// The end of what begins at `from` and is to be left alone: quoted text or a comment; `from` itself when it is neither.
std::size_t end_of_verbatim(std::string_view sql, std::size_t from) {
  const char first = sql[from];
  if (first == '\'' || first == '"') {
    const auto close = sql.find(first, from + 1);  // a doubled quote begins a new quoted text at once
    return close == std::string_view::npos ? sql.size() : close + 1;
  }
  if (sql.substr(from, 2) == "--") return std::min(sql.find('\n', from), sql.size());
  return from;
}

}  // namespace

std::string translate(std::string_view sql, Engine engine) {
  std::string out;
  out.reserve(sql.size() + 16);
  int place = 0;
  for (std::size_t at = 0; at < sql.size();) {
    if (const auto end = end_of_verbatim(sql, at); end != at) {
      out += sql.substr(at, end - at);
      at = end;
    } else if (sql[at] == '?' && engine == Engine::postgresql) {
      out += fmt::format("${}", ++place);
      ++at;
    } else if (sql[at] == '{') {
      const auto close = sql.find('}', at);
      if (close == std::string_view::npos) throw DatabaseError("an open brace in SQL: " + for_message(sql));
      out += word_of(sql.substr(at + 1, close - at - 1), engine);
      at = close + 1;
    } else {
      out += sql[at++];
    }
  }
  return out;
}

std::vector<std::string> split_statements(std::string_view script) {
  std::vector<std::string> statements;
  std::string current;
  while (!script.empty()) {
    const auto end = script.find('\n');
    auto line = script.substr(0, end);
    script.remove_prefix(end == std::string_view::npos ? script.size() : end + 1);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r' || line.back() == '\t')) line.remove_suffix(1);
    const auto text = line.find_first_not_of(" \t");
    if (text == std::string_view::npos || line.substr(text, 2) == "--") continue;
    const bool ends = line.back() == ';';
    if (ends) line.remove_suffix(1);
    current += line;
    if (ends) {
      statements.push_back(std::move(current));
      current.clear();
    } else {
      current += '\n';
    }
  }
  if (current.find_first_not_of(" \t\n") != std::string::npos) statements.push_back(std::move(current));
  return statements;
}

std::string for_message(std::string_view sql) {
  constexpr std::size_t limit = 160;
  std::string out;
  for (const char c : sql) {
    const bool blank = c == '\n' || c == '\t' || c == ' ';
    if (blank && (out.empty() || out.back() == ' ')) continue;
    if (out.size() == limit) return out + "...";
    out += blank ? ' ' : c;
  }
  return out;
}

}  // namespace alting::store
