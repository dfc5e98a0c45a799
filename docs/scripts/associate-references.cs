#:sdk Microsoft.NET.Sdk.Web
#:package DotNetEnv
#:project ../../CharacterRefs.Infrastructure
#:property PublishAot=false

// Creates the workspace of a job, associates two generated images with the job, and prints where each copy is.
//   dotnet run docs/scripts/associate-references.cs [-- DIRECTORY]

using CharacterRefs.Application.Jobs.AssociateReferences;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Scripts;

await using var pipeline = await Pipeline.StartAsync(args);

var knight = new GenerateReferencesCommand { Description = "A knight in green armour", NumImages = 2, Parameters = new() };
var generated = (await pipeline.Get<GenerateAndWaitHandler>().HandleAsync(knight, CancellationToken.None)).OrThrow();

var job = JobId.TryParse("knight-film", out var id) ? id : throw new FormatException(JobId.Rule);
Directory.CreateDirectory(Path.Join(pipeline.JobsRoot, job.ToString()));

var associate = new AssociateReferencesCommand(job, [.. generated.Images.Select(image => image.Reference.Id)]);
var associated = (await pipeline.Get<AssociateReferencesHandler>().HandleAsync(associate, CancellationToken.None)).OrThrow();
foreach (var image in associated.Items)
{
    Console.WriteLine($"{image.Position}: {image.Path}");
    Console.WriteLine($"   {image.Url.Url}");
}
