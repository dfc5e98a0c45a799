using CharacterRefs.Application.Jobs.Archive;

namespace CharacterRefs.Api.Jobs;

/// <summary>A job's set as a zip file, with validators and ranges.</summary>
internal sealed class JobArchiveResult(JobArchive archive) : FileResult("application/zip")
{
    public JobArchive Archive => archive;

    public override Task ExecuteResultAsync(ActionContext context) =>
        context.HttpContext.RequestServices.GetRequiredService<JobArchiveResultExecutor>().ExecuteAsync(context, this);
}
