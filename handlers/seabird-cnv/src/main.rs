//! The AWS Lambda function of this handler.

data_review_aws::lambda_main!(data_review_seabird_cnv);
