#include "paper/finish_pdf.h"

#define POINTERHOLDER_TRANSITION 4
#include <fmt/format.h>

#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFEFStreamObjectHelper.hh>
#include <qpdf/QPDFEmbeddedFileDocumentHelper.hh>
#include <qpdf/QPDFFileSpecObjectHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include "base/text.h"
#include "base/time.h"
#include "paper/xml_text.h"

namespace alting::paper {
namespace {

using Object = QPDFObjectHandle;

std::string pdf_date(base::Instant at) {  // D:YYYYMMDDHHMMSSZ (ISO 32000-1 section 7.9.4)
  std::string out = "D:";
  for (char c : base::to_rfc3339_millis(at).substr(0, 19))
    if (c >= '0' && c <= '9') out += c;
  return out + "Z";
}

std::string xmp(const Document& document) {
  const std::string date = base::to_rfc3339({document.at.micros / 1'000'000 * 1'000'000});
  return fmt::format(
      R"(<?xpacket begin="{}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{}</xmp:CreateDate><xmp:ModifyDate>{}</xmp:ModifyDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>)",
      "\xef\xbb\xbf", xml_text(document.title), xml_text(document.publisher), base::to_text(document.language), date,
      date);
}

void describe(QPDF& pdf, const Document& document) {
  Object root = pdf.getRoot();
  root.replaceKey("/Lang", Object::newUnicodeString(std::string(base::to_text(document.language))));
  root.replaceKey("/ViewerPreferences", Object::parse("<< /DisplayDocTitle true >>"));
  root.replaceKey("/MarkInfo", Object::parse("<< /Marked true >>"));
  Object metadata = Object::newStream(&pdf, xmp(document));
  metadata.getDict().replaceKey("/Type", Object::newName("/Metadata"));
  metadata.getDict().replaceKey("/Subtype", Object::newName("/XML"));
  root.replaceKey("/Metadata", pdf.makeIndirectObject(metadata));

  Object info = Object::newDictionary();
  info.replaceKey("/Title", Object::newUnicodeString(base::replace_invalid(document.title)));
  info.replaceKey("/Author", Object::newUnicodeString(base::replace_invalid(document.publisher)));
  info.replaceKey("/Creator", Object::newString("Alting"));
  info.replaceKey("/CreationDate", Object::newString(pdf_date(document.at)));
  info.replaceKey("/ModDate", Object::newString(pdf_date(document.at)));
  pdf.getTrailer().replaceKey("/Info", pdf.makeIndirectObject(info));
}

// Walks the structure tree in its order.
class StructureWalk {
 public:
  explicit StructureWalk(const StructureNotes& notes) : notes_(notes) {}

  void visit(Object element) {
    if (!element.isDictionary()) return;
    Object kind = element.getKey("/S");
    if (kind.isName() && kind.getName() == "/Figure" && figure_ < notes_.alternatives.size())
      element.replaceKey("/Alt", Object::newUnicodeString(base::replace_invalid(notes_.alternatives[figure_++])));
    if (kind.isName() && kind.getName() == "/TH" && heading_ < notes_.scopes.size())
      element.replaceKey("/A",
                         Object::parse(notes_.scopes[heading_++] == Scope::row ? "<< /O /Table /Scope /Row >>"
                                                                               : "<< /O /Table /Scope /Column >>"));
    Object kids = element.getKey("/K");
    if (kids.isArray())
      for (int i = 0; i < kids.getArrayNItems(); ++i) visit(kids.getArrayItem(i));
    else
      visit(kids);
  }

 private:
  const StructureNotes& notes_;
  std::size_t figure_ = 0, heading_ = 0;
};

// The elements hang directly under the root; the standard wants one Document around them.
void wrap_in_document(QPDF& pdf, Object tree) {
  Object kids = tree.getKey("/K");
  if (!kids.isArray()) kids = Object::newArray({kids});
  Object whole = pdf.makeIndirectObject(Object::newDictionary());
  whole.replaceKey("/Type", Object::newName("/StructElem"));
  whole.replaceKey("/S", Object::newName("/Document"));
  whole.replaceKey("/P", tree);
  whole.replaceKey("/K", kids);
  for (int i = 0; i < kids.getArrayNItems(); ++i)
    if (Object kid = kids.getArrayItem(i); kid.isDictionary()) kid.replaceKey("/P", whole);
  tree.replaceKey("/K", whole);
}

void attach(QPDF& pdf, const Document& document) {
  QPDFEmbeddedFileDocumentHelper files(pdf);
  for (const Attachment& attachment : document.attachments) {
    auto stream = QPDFEFStreamObjectHelper::createEFStream(pdf, attachment.content);
    stream.setSubtype(attachment.type);
    stream.setCreationDate(pdf_date(document.at)).setModDate(pdf_date(document.at));
    auto file = QPDFFileSpecObjectHelper::createFileSpec(pdf, attachment.name, stream);
    file.setDescription(attachment.description);
    files.replaceEmbeddedFile(attachment.name, file);
  }
}

}  // namespace

base::Bytes finish_pdf(const Drawing& drawing, const Document& document) {
  QPDF pdf;
  pdf.setSuppressWarnings(true);
  pdf.processMemoryFile("drawing", drawing.pdf.data(), drawing.pdf.size());
  describe(pdf, document);
  if (Object tree = pdf.getRoot().getKey("/StructTreeRoot"); tree.isDictionary()) {
    StructureWalk(drawing.notes).visit(tree);
    wrap_in_document(pdf, tree);
  }
  for (Object page : pdf.getAllPages()) page.replaceKey("/Tabs", Object::newName("/S"));
  attach(pdf, document);
  QPDFWriter writer(pdf);
  writer.setOutputMemory();
  writer.setDeterministicID(true);
  writer.setMinimumPDFVersion("1.7");
  writer.setObjectStreamMode(qpdf_o_generate);
  writer.write();
  const auto buffer = writer.getBufferSharedPointer();
  return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

}  // namespace alting::paper
