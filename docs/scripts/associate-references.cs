#:sdk Microsoft.NET.Sdk.Web
#:package DotNetEnv
#:project ../../CharacterRefs.Infrastructure
#:property PublishAot=false

// Makes the directory of a job, lets the job use two images, and prints where each of its copies is.
//   dotnet run docs/scripts/associate-references.cs [-- DIRECTORY]

using CharacterRefs.Application.Jobs.AssociateReferences;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Scripts;

await using var pipeline = await Pipeline.StartAsync(args);

var knight = new GenerateReferencesCommand { Description = "A knight in green armour", NumImages = 2, Parameters = new() };
var drawn = (await pipeline.Get<GenerateReferencesHandler>().HandleAsync(knight, CancellationToken.None)).OrThrow();

var job = JobId.TryParse("knight-film", out var id) ? id : throw new FormatException(JobId.Rule);
Directory.CreateDirectory(Path.Join(pipeline.JobsRoot, job.ToString()));

var use = new AssociateReferencesCommand(job, [.. drawn.Images.Select(image => image.Reference.Id)]);
var used = (await pipeline.Get<AssociateReferencesHandler>().HandleAsync(use, CancellationToken.None)).OrThrow();
foreach (var image in used.Items)
{
    Console.WriteLine($"{image.Position}: {image.Path}");
    Console.WriteLine($"   {image.Url.Url}");
}
