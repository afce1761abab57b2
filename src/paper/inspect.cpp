#include "paper/inspect.h"

#include <algorithm>
#include <map>
#include <pugixml.hpp>

#include "base/text.h"
#include "paper/file_type.h"
#include "paper/zip.h"

namespace alting::paper {
namespace {

using base::ErrorKind;

constexpr std::string_view office_open = "application/vnd.openxmlformats-officedocument.";
constexpr std::string_view open_document = "application/vnd.oasis.opendocument.";
constexpr std::string_view content_types = "[content_types].xml";

// What counts in an archive: its names, and what its list of contents says. Programs write that name as it stands
// here; the standard (ECMA-376 part 2, 6.2.2.3) holds names equal whatever the case of their letters.
struct Contents {
  std::vector<std::string> names;  // in lower case
  base::Bytes content_types;
};

base::Result<Contents> contents_of(base::ByteView archive, const base::Clock& clock) {
  Contents contents;
  ALTING_CHECK(walk_zip(archive, clock, {}, [&](const std::string& name, base::ByteView part) {
    if (part.empty()) contents.names.push_back(base::to_lower(name));
    if (contents.names.back() == content_types) contents.content_types += part;
  }));
  return contents;
}

bool has(const Contents& contents, std::string_view name) {
  return std::find(contents.names.begin(), contents.names.end(), name) != contents.names.end();
}

bool names_macros(std::string_view text) {
  const auto lower = base::to_lower(text);
  return lower.find("vbaproject") != std::string::npos || lower.find("macroenabled") != std::string::npos;
}

// An element's attributes name the parts of the document and their types; nothing nests in this list.
bool lists_macros(const pugi::xml_node& list) {
  for (const auto& part : list.children()) {
    for (const auto& attribute : part.attributes()) {
      if (names_macros(attribute.value())) return true;
    }
  }
  return false;
}

bool is_document_without_macros(const Contents& contents) {
  if (std::any_of(contents.names.begin(), contents.names.end(), names_macros)) return false;
  pugi::xml_document xml;  // knows UTF-16 and character references, and no entities of a document's own
  return has(contents, content_types) &&
         xml.load_buffer(contents.content_types.data(), contents.content_types.size()) &&
         !lists_macros(xml.document_element());
}

}  // namespace

base::Result<std::string> inspect(std::string_view extension, base::ByteView content, const base::Clock& clock) {
  ALTING_TRY(type, agreed_file_type("x." + std::string(extension), "", content));
  const bool office = type.starts_with(office_open), open = type.starts_with(open_document);
  if (!office && !open && !content.starts_with("PK\3\4")) return type;
  ALTING_TRY(contents, contents_of(content, clock));
  const bool of_its_kind = office ? is_document_without_macros(contents) : !open || has(contents, "mimetype");
  if (of_its_kind) return type;
  return base::make_error(ErrorKind::unsupported, "error.file_type.disagrees",
                          "the archive is not the document that its extension says",
                          {{"extension", std::string(extension)}, {"type", "application/zip"}});
}

}  // namespace alting::paper
