using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Infrastructure.Workspaces;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Infrastructure.Workspaces;

[Category("Integration")]
[Platform("Linux")]
internal sealed class WorkspacesOnRealDisksTests
{
    [Test]
    public async Task StageAsync_WhenDiskIsFull_SaysSoAndLeavesNothing()
    {
        using var disk = SmallDisk.Mount("1m");
        using var scene = new WorkspaceScene(disk.Path);
        var workspace = scene.Open();

        Assert.That(
            async () => await workspace.StageAsync(new MemoryStream(new byte[2_000_000]), 10_000_000, CancellationToken.None),
            Throws.TypeOf<LocalStorageException>().With.Property("IsObstructed").False.And.Message.Contains("the disk is full")
                .And.Message.Not.Contains(disk.Path));
        Assert.That(Directory.GetFiles(Path.Join(disk.Path, WorkspacePaths.StagingName)), Is.Empty);
        await WorkspaceScene.PublishAsync(workspace, "final/a.png", "small", default);
        Assert.That(Path.Join(disk.Path, "job-1/final/a.png"), Does.Exist);
    }

    [Test]
    public void Publish_WhenTheWorkspaceIsAnotherFileSystem_RejectsAndSaysWhy()
    {
        using var scene = new WorkspaceScene();
        using var disk = SmallDisk.Mount("1m", Directory.CreateDirectory(scene.Locate("")).FullName);

        Assert.That(
            async () => await WorkspaceScene.PublishAsync(scene.Open(), "final/a.png", "new", default),
            Throws.TypeOf<LocalStorageException>().With.Message.Contains("another file system"));
        Assert.That(Directory.GetFileSystemEntries(Path.Join(disk.Path, "final")), Is.Empty);
        Assert.That(Directory.GetFiles(Path.Join(scene.Root, WorkspacePaths.StagingName)), Is.Empty);
    }

    [Test]
    public void List_WhenThereAreTenThousandFiles_FindsThemAll()
    {
        using var scene = new WorkspaceScene();
        for (var number = 0; number < 10_000; number++)
        {
            scene.Write($"scenes/{number % 100}/{number}.png", "");
        }

        Assert.That(scene.Open().List(CancellationToken.None).Files, Has.Count.EqualTo(10_000));
    }
}
