using CharacterRefs.Application.Jobs.Uploads;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.Jobs.Uploads;

[Category("Integration")]
internal sealed class PresignUploadsHandlerTests : IDisposable
{
    private readonly SetScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Test]
    public async Task Presign_WhenFilesAreAtDifferentStages_ListsWhatIsLeftToSend()
    {
        _scene.UploadSigner.IsAvailable.Returns(true);
        _scene.UploadSigner.Sign(default!, default, default).ReturnsForAnyArgs(call => new PresignedUrl($"https://put/{call.Arg<AssetKey>()}", AJobAsset.Noon));
        var committed = (await _scene.CommitAsync("final/movie.mp4")).Files.Single();
        var (uploaded, cut, missing) = (Upload('a'), Upload('b'), Upload('c'));
        _scene.PutForeign(AssetLayout.JobUpload(AJobAsset.Job, uploaded.Sha256).Value, new byte[9]);
        _scene.PutForeign(AssetLayout.JobUpload(AJobAsset.Job, cut.Sha256).Value, new byte[8]);

        var plan = (await _scene.PresignUploads.HandleAsync(
            AJobAsset.Job, [new JobUpload(committed.Path, committed.SizeBytes, committed.Sha256), uploaded, cut, missing], default)).Value!;

        Assert.That(plan.Select(file => file.State), Is.EqualTo([UploadState.Committed, UploadState.Uploaded, UploadState.Missing, UploadState.Missing]));
        Assert.That(plan.Select(file => file.Url?.Url), Is.EqualTo([null, null, UrlOf(cut), UrlOf(missing)]));
    }

    [Test]
    public async Task Presign_WhenThereIsNoBucket_SaysWhatElseThereIs()
    {
        var error = (await _scene.PresignUploads.HandleAsync(AJobAsset.Job, [Upload('a')], default)).Error!;

        Assert.That(error.Kind, Is.EqualTo(ErrorKind.ConfigurationError));
        Assert.That(error.Detail, Does.Contain("STORAGE_BACKEND").And.Contain("PUT /jobs/{job_id}/files/{path}"));
    }

    private static string UrlOf(JobUpload upload) => $"https://put/{AssetLayout.JobUpload(AJobAsset.Job, upload.Sha256)}";

    private static JobUpload Upload(char digit) => new(AJobAsset.PathOf($"scenes/{digit}.mp4"), 9, ContentHash.Parse(new string(digit, 64)));
}
