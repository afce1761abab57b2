// A document on paper: what a receipt or a copy of what was sent consists of, before anyone says where it stands on a
// page.
#pragma once
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/language.h"
#include "base/time.h"

namespace alting::paper {

// All texts are UTF-8; a line feed breaks the line.
struct Heading {
  int level = 1;  // 1 to 3
  std::string text;
};
struct Paragraph {
  std::string text;
};
struct KeyValues {  // two columns: what it is, and what was said
  std::vector<std::pair<std::string, std::string>> rows;
};
struct Table {  // columns as wide as their texts need
  std::vector<std::string> headers;
  std::vector<std::vector<std::string>> rows;  // missing cells are empty, further ones left out
};
struct List {
  bool numbered = false;
  std::vector<std::string> items;
};
struct Monospaced {  // digests, keys, JSON; broken anywhere to fit
  std::string text;
};
struct QrImage {
  std::string content;      // what a reader finds
  std::string alternative;  // what is said to those who cannot see it
};
using Block = std::variant<Heading, Paragraph, KeyValues, Table, List, Monospaced, QrImage>;

struct Attachment {  // a file within the PDF
  std::string name, type, description;
  base::Bytes content;
};

struct Document {
  base::Language language = base::Language::nb;
  std::string title;      // of the file; begin `blocks` with a heading to have it on paper too
  std::string publisher;  // who vouches for it
  base::Instant at;       // the only time in the file
  std::string footer;     // at the bottom left of each page; the page number stands right
  std::vector<Block> blocks;
  std::vector<Attachment> attachments;
};

}  // namespace alting::paper
