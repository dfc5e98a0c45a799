using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Infrastructure.Files;

[Category("Integration")]
internal sealed class StagingAreaTests
{
    [Test]
    public void EveryCall_WhenTheDirectoryIsALink_IsRejectedAndTouchesNothing()
    {
        using var root = new TempDirectory();
        Directory.CreateDirectory(Path.Join(root.FullPath, "outside"));
        var outside = root.Write("outside/theirs.part", [1]);
        var link = Path.Join(root.FullPath, "staging");
        Directory.CreateSymbolicLink(link, Path.GetDirectoryName(outside)!);
        var area = new StagingArea(link);

        Assert.That(() => area.Create(), Throws.InstanceOf<UnauthorizedAccessException>().With.Message.Contains("link"));
        Assert.That(() => area.RemoveAbandoned(), Throws.InstanceOf<UnauthorizedAccessException>());
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(outside)!), Is.EqualTo([outside]));
    }
}
