using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Architecture;

/// <summary>Folders of one layer form no cycle.</summary>
[Category("Unit")]
internal sealed class FolderCyclesTests
{
    [TestCaseSource(typeof(SourceTree), nameof(SourceTree.Production))]
    public void Layer_WhenRead_HasNoCycleBetweenItsFolders(string project)
    {
        var cycles = FolderCycles.Find([.. SourceTree.SourcesOf(project).Select(path => new SourceFile(path, SourceTree.Read(path)))]);

        Assert.That(cycles, Is.Empty, string.Join("\n", cycles));
    }

    [Test]
    public void Find_WhenUsingsCloseACycle_NamesTheLineAndTheWayBack()
    {
        var cycles = FolderCycles.Find([
            File("L/A/One.cs", "using L.B;\nnamespace L.A;\nclass One { Two Two; }"),
            File("L/A/Other.cs", "using L.B;\nnamespace L.A;\nclass Other { Two Two; }"),
            File("L/B/Two.cs", "using System;\nusing L.C;\nnamespace L.B;\nclass Two { Three Three; }"),
            File("L/B/Another.cs", "using L.C;\nnamespace L.B;\nclass Another { Three Three; }"),
            File("L/C/Three.cs", "namespace L.C;\nclass Three\n{\n    L.A.One One;\n}"),
        ]);

        Assert.That(cycles, Is.EqualTo(["L/C/Three.cs:4 uses One of L.A\n  which uses L.B (L/A/One.cs:1), which uses L.C (L/B/Two.cs:2)."]));
    }

    [TestCase("class Up { void Down() => new Child.Low(); }", TestName = "Find_WhenAParentNamesItsChildInPart_IsACycle")]
    [TestCase("class Up { string Down() => $\"{L.Child.Low.Name} of a file\"; }", TestName = "Find_WhenAnInterpolatedStringNamesTheChild_IsACycle")]
    public void Find_WhenAChildUsesATypeOfItsParent_NeedsNoUsing(string parent)
    {
        var cycles = FolderCycles.Find([
            File("L/Up.cs", $"namespace L;\n{parent}"),
            File("L/Child/Low.cs", "namespace L.Child;\nclass Low\n{\n    Up Up;\n}"),
        ]);

        Assert.That(cycles, Has.Exactly(1).Items.And.All.Contain("uses Low of L.Child").Or.All.Contain("uses Up of L"));
    }

    [Test]
    public void Find_WhenTwoFoldersUseEachOtherBelow_IsACycleOfTheirParents()
    {
        var cycles = FolderCycles.Find([
            File("L/A/X/One.cs", "using L.B.Y;\nnamespace L.A.X;\nclass One { Two Two; }"),
            File("L/A/V/Four.cs", "namespace L.A.V;\nclass Four { }"),
            File("L/B/Y/Two.cs", "namespace L.B.Y;\nclass Two { }"),
            File("L/B/Z/Three.cs", "using static L.A.V.Four;\nnamespace L.B.Z;\nclass Three { }"),
        ]);

        Assert.That(cycles, Has.Exactly(1).Items.And.All.Contain("L.A").And.All.Contain("L.B"));
    }

    [TestCase("// Up does it", TestName = "Find_WhenACommentNamesAType_IsNoUse")]
    [TestCase("string Text = \"Up and down\";", TestName = "Find_WhenAStringNamesAType_IsNoUse")]
    [TestCase("string Text = $\"Up {1} and Up\";", TestName = "Find_WhenTheTextOfAnInterpolatedStringNamesAType_IsNoUse")]
    [TestCase("int Text = other.Up;", TestName = "Find_WhenAMemberIsCalledLikeAType_IsNoUse")]
    [TestCase("Low Next;", TestName = "Find_WhenAFolderUsesItself_IsNoCycle")]
    public void Find_WhenThereIsNoWayBack_IsEmpty(string member)
    {
        var cycles = FolderCycles.Find([
            File("L/Up.cs", "using L.Child;\nnamespace L;\nclass Up { Low Low; }"),
            File("L/Child/Low.cs", $"namespace L.Child;\nclass Low\n{{\n    {member}\n}}"),
        ]);

        Assert.That(cycles, Is.Empty);
    }

    private static SourceFile File(string path, string text) => new(path, text);
}
