using System.Text;
using CharacterRefs.Api.Page;

namespace CharacterRefs.Tests.Api.Page;

[Category("Unit")]
internal sealed class PageTextTests
{
    [Test]
    public void CompactModule_WhenItHasComments_KeepsItsLinesOnly() => Assert.That(
        Text(
            PageText.CompactModule,
            "// What it is.\n\nimport { a, b } from './a.js';\n/**\n * More.\n */\n"
            + "export const c = {\n  d: { e, f }, // kept: no\n  g: 'http://h // i', // it's\n};\n"),
        Is.EqualTo("import{a,b}from './a.js';\nexport const c = {\nd: { e, f },\ng: 'http://h // i', // it's\n};"));

    [Test]
    public void CompactStyle_WhenSpacesSeparateNothing_LeavesThemOut() => Assert.That(
        Text(
            PageText.CompactStyle,
            "/* Grid */\n.a :is(b, c),\n.d {\n  color: red; /* kept: no */\n  grid-template:\n    auto\n    1fr;\n}\n"
            + "@media (min-width: 9px) {\n  .a {\n    margin: 0 1px;\n  }\n}\n"),
        Is.EqualTo(".a :is(b,c),.d{color:red;grid-template:auto 1fr}@media (min-width:9px){.a{margin:0 1px}}"));

    private static string Text(Func<byte[], byte[]> compact, string text) => Encoding.UTF8.GetString(compact(Encoding.UTF8.GetBytes(text)));
}
