#:sdk Microsoft.NET.Sdk.Web
#:package DotNetEnv
#:project ../../CharacterRefs.Infrastructure
#:property PublishAot=false

// Runs a job from its first image to a restored workspace: generate, associate, render, persist, restore elsewhere, compare.
//   dotnet run docs/scripts/job-workflow.cs [-- DIRECTORY]

using System.Security.Cryptography;
using CharacterRefs.Application.Jobs.AssociateReferences;
using CharacterRefs.Application.Jobs.DownloadJobAssets;
using CharacterRefs.Application.Jobs.PersistJobAssets;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Scripts;

await using var pipeline = await Pipeline.StartAsync(args);

var pirate = new GenerateReferencesCommand { Description = "A pirate with a wooden leg", NumImages = 2, Parameters = new() };
var generated = (await pipeline.Get<GenerateAndWaitHandler>().HandleAsync(pirate, CancellationToken.None)).OrThrow();
Console.WriteLine($"generated: {generated.Images.Count}");

var job = JobId.TryParse("pirate-film", out var id) ? id : throw new FormatException(JobId.Rule);
var associate = new AssociateReferencesCommand(job, [.. generated.Images.Select(image => image.Reference.Id)]);
var associated = (await pipeline.Get<AssociateReferencesHandler>().HandleAsync(associate, CancellationToken.None)).OrThrow();
Console.WriteLine($"associated: {associated.Items.Count}");

// A pipeline would render these files.
var workspace = Path.Join(pipeline.JobsRoot, job.ToString());
Render("scenes/scene-1.mp4", 100_000);
Render("scenes/scene-2.mp4", 200_000);
Render("final/pirate-film.mp4", 300_000);

var stored = (await pipeline.Get<PersistJobAssetsHandler>().HandleAsync(new PersistJobAssetsCommand(job, LocalBasePath: null), CancellationToken.None))
    .OrThrow();
Console.WriteLine($"uploaded: {stored.Uploaded.Count}, skipped: {stored.Skipped.Count}, failed: {stored.Failed.Count}");
Console.WriteLine($"final video: {stored.Urls.FinalVideo?.Url}");
foreach (var url in stored.Urls.CharacterReferences)
{
    Console.WriteLine($"character reference: {url.Url}");
}

// The target is any directory below JOBS_ROOT, on any machine that uses the same bucket.
var restored = $"{workspace}-restored";
var downloaded = (await pipeline.Get<DownloadJobAssetsHandler>().HandleAsync(new DownloadJobAssetsCommand(job, restored), CancellationToken.None)).OrThrow();
Console.WriteLine($"restored: {downloaded.Downloaded.Count}, skipped: {downloaded.Skipped.Count}, failed: {downloaded.Failed.Count}");

var files = Directory.GetFiles(workspace, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(workspace, file)).ToList();
var same = files.Count(file => Hash(Path.Join(workspace, file)) == Hash(Path.Join(restored, file)));
Console.WriteLine($"same hash: {same} of {files.Count}");
return same == files.Count ? 0 : 1;

void Render(string name, int length)
{
    var path = Path.Join(workspace, name);
    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    File.WriteAllBytes(path, RandomNumberGenerator.GetBytes(length));
}

static string Hash(string path) => File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : "missing";
