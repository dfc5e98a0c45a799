using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace CharacterRefs.Infrastructure.Catalog.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class CreateCatalog : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "catalog_identity",
                columns: table => new
                {
                    Key = table.Column<int>(type: "integer", nullable: false),
                    Id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_catalog_identity", x => x.Key);
                });

            migrationBuilder.CreateTable(
                name: "generations",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Description = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    DescriptionFolded = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Prompt = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Model = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Flavor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ReferenceImageIds = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ParametersUsed = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ParametersDropped = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    CancelRequestedAt = table.Column<long>(type: "bigint", nullable: true),
                    Revision = table.Column<long>(type: "bigint", nullable: false),
                    Status = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    PricePerImage = table.Column<long>(type: "bigint", nullable: true),
                    RetriedFrom = table.Column<Guid>(type: "uuid", nullable: true),
                    IdempotencyOwner = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    IdempotencyKey = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    RequestHash = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_generations", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "job_leases",
                columns: table => new
                {
                    JobId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Holder = table.Column<Guid>(type: "uuid", nullable: false),
                    EndsAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_job_leases", x => x.JobId);
                });

            migrationBuilder.CreateTable(
                name: "store",
                columns: table => new
                {
                    Key = table.Column<int>(type: "integer", nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_store", x => x.Key);
                });

            migrationBuilder.CreateTable(
                name: "tombstones",
                columns: table => new
                {
                    ImageId = table.Column<Guid>(type: "uuid", nullable: false),
                    DeletedAt = table.Column<long>(type: "bigint", nullable: false),
                    StoredKey = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Sha256 = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tombstones", x => x.ImageId);
                });

            migrationBuilder.CreateTable(
                name: "webhook_deliveries",
                columns: table => new
                {
                    Key = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    MessageId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Url = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Type = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Body = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    NextAttemptAt = table.Column<long>(type: "bigint", nullable: true),
                    LastError = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook_deliveries", x => x.Key);
                });

            migrationBuilder.CreateTable(
                name: "workspace_digests",
                columns: table => new
                {
                    Workspace = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Path = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Stamp = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    SizeBytes = table.Column<long>(type: "bigint", nullable: false),
                    Sha256 = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Crc32 = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_workspace_digests", x => new { x.Workspace, x.Path });
                });

            migrationBuilder.CreateTable(
                name: "generation_slots",
                columns: table => new
                {
                    Key = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    GenerationId = table.Column<Guid>(type: "uuid", nullable: false),
                    Index = table.Column<int>(type: "integer", nullable: false),
                    ImageId = table.Column<Guid>(type: "uuid", nullable: false),
                    Seed = table.Column<int>(type: "integer", nullable: true),
                    State = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    PredictionId = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Error = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ErrorDetail = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ExtraOutputs = table.Column<int>(type: "integer", nullable: false),
                    IsPaidLoss = table.Column<bool>(type: "boolean", nullable: false),
                    StartedAt = table.Column<long>(type: "bigint", nullable: true),
                    CompletedAt = table.Column<long>(type: "bigint", nullable: true),
                    RateLimitWait = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_generation_slots", x => x.Key);
                    table.ForeignKey(
                        name: "FK_generation_slots_generations_GenerationId",
                        column: x => x.GenerationId,
                        principalTable: "generations",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "references",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Origin = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Format = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Width = table.Column<int>(type: "integer", nullable: false),
                    Height = table.Column<int>(type: "integer", nullable: false),
                    Orientation = table.Column<int>(type: "integer", nullable: true),
                    SizeBytes = table.Column<long>(type: "bigint", nullable: false),
                    Sha256 = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    OriginalFileName = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    DominantColor = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Favorite = table.Column<bool>(type: "boolean", nullable: false),
                    Rating = table.Column<int>(type: "integer", nullable: false),
                    Tags = table.Column<List<string>>(type: "text[]", nullable: false),
                    Note = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    AnnotationFolded = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    SlotKey = table.Column<long>(type: "bigint", nullable: true),
                    StoredKey = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    StoredState = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    StoreAttempts = table.Column<int>(type: "integer", nullable: false),
                    StoreError = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    NextStoreAt = table.Column<long>(type: "bigint", nullable: true),
                    StoredAt = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_references", x => x.Sequence);
                    table.ForeignKey(
                        name: "FK_references_generation_slots_SlotKey",
                        column: x => x.SlotKey,
                        principalTable: "generation_slots",
                        principalColumn: "Key",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "job_references",
                columns: table => new
                {
                    JobId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ReferenceKey = table.Column<long>(type: "bigint", nullable: false),
                    Position = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_job_references", x => new { x.JobId, x.ReferenceKey });
                    table.ForeignKey(
                        name: "FK_job_references_references_ReferenceKey",
                        column: x => x.ReferenceKey,
                        principalTable: "references",
                        principalColumn: "Sequence",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_generation_slots_GenerationId_Index",
                table: "generation_slots",
                columns: new[] { "GenerationId", "Index" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_generation_slots_ImageId",
                table: "generation_slots",
                column: "ImageId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_generation_slots_PredictionId",
                table: "generation_slots",
                column: "PredictionId");

            migrationBuilder.CreateIndex(
                name: "IX_generation_slots_State",
                table: "generation_slots",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_generations_CreatedAt_Id",
                table: "generations",
                columns: new[] { "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_generations_IdempotencyOwner_IdempotencyKey",
                table: "generations",
                columns: new[] { "IdempotencyOwner", "IdempotencyKey" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_generations_Status",
                table: "generations",
                column: "Status");

            migrationBuilder.CreateIndex(
                name: "IX_job_references_JobId_Position",
                table: "job_references",
                columns: new[] { "JobId", "Position" });

            migrationBuilder.CreateIndex(
                name: "IX_job_references_ReferenceKey",
                table: "job_references",
                column: "ReferenceKey");

            migrationBuilder.CreateIndex(
                name: "IX_references_CreatedAt_Sequence",
                table: "references",
                columns: new[] { "CreatedAt", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_references_DominantColor",
                table: "references",
                column: "DominantColor",
                filter: "\"DominantColor\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_references_Id",
                table: "references",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_references_Sha256",
                table: "references",
                column: "Sha256");

            migrationBuilder.CreateIndex(
                name: "IX_references_SlotKey",
                table: "references",
                column: "SlotKey");

            migrationBuilder.CreateIndex(
                name: "IX_references_StoredState_NextStoreAt",
                table: "references",
                columns: new[] { "StoredState", "NextStoreAt" });

            migrationBuilder.CreateIndex(
                name: "IX_tombstones_StoredKey",
                table: "tombstones",
                column: "StoredKey");

            migrationBuilder.CreateIndex(
                name: "IX_webhook_deliveries_MessageId_Url",
                table: "webhook_deliveries",
                columns: new[] { "MessageId", "Url" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_webhook_deliveries_Url_NextAttemptAt",
                table: "webhook_deliveries",
                columns: new[] { "Url", "NextAttemptAt" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "catalog_identity");

            migrationBuilder.DropTable(
                name: "job_leases");

            migrationBuilder.DropTable(
                name: "job_references");

            migrationBuilder.DropTable(
                name: "store");

            migrationBuilder.DropTable(
                name: "tombstones");

            migrationBuilder.DropTable(
                name: "webhook_deliveries");

            migrationBuilder.DropTable(
                name: "workspace_digests");

            migrationBuilder.DropTable(
                name: "references");

            migrationBuilder.DropTable(
                name: "generation_slots");

            migrationBuilder.DropTable(
                name: "generations");
        }
    }
}
